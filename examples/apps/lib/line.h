/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One line of output, put together first: applications that share the console do
 * not tear each other's lines then. What does not fit is left out.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct line {
    size_t len;
    char text[96];
};

/** Appends a string that ends in a zero byte. */
void line_add(struct line *line, const char *text);

/** Appends a number in decimal. */
void line_add_u32(struct line *line, uint32_t value);

/** Appends a number as 0x and eight hexadecimal digits. */
void line_add_hex(struct line *line, uint32_t value);

/** Appends a number of hundredths with its sign and two decimals. */
void line_add_hundredths(struct line *line, int32_t value);

/** The text so far, ended by a zero byte; until something is added. */
const char *line_text(struct line *line);

/** Appends a line end, writes the line to the console and empties it. */
void line_print(struct line *line);
