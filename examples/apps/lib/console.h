/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Text in and out through the console driver (0x1); every call waits for its end. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** Writes `len` bytes, in flash or RAM; the number really written. */
size_t console_write(const void *bytes, size_t len);

/** Writes a string that ends in a zero byte. */
void console_print(const char *text);

/** Writes the line made of `text` and a number in decimal. */
void console_print_u32(const char *text, uint32_t value);

/**
 * Waits until `len` bytes came in; the number received, 0 on an error. The kernel
 * may allow at most 64 at once.
 */
size_t console_read(void *bytes, size_t len);
