/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One line of output, put together first. */
#include "line.h"

#include "console.h"

static void add(struct line *line, char c)
{
    if (line->len < sizeof(line->text) - 1) { /* the last place is the line end's */
        line->text[line->len++] = c;
    }
}

void line_add(struct line *line, const char *text)
{
    while (*text != '\0') {
        add(line, *text++);
    }
}

void line_add_u32(struct line *line, uint32_t value)
{
    char reversed[10];
    size_t count = 0;

    do {
        reversed[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    while (count > 0) {
        add(line, reversed[--count]);
    }
}

void line_add_hex(struct line *line, uint32_t value)
{
    line_add(line, "0x");
    for (int shift = 28; shift >= 0; shift -= 4) {
        uint32_t digit = (value >> shift) & 15;
        add(line, (char)(digit < 10 ? '0' + digit : 'a' + digit - 10));
    }
}

void line_add_hundredths(struct line *line, int32_t value)
{
    uint32_t size = value < 0 ? 0 - (uint32_t)value : (uint32_t)value;

    line_add(line, value < 0 ? "-" : "");
    line_add_u32(line, size / 100);
    line_add(line, size % 100 < 10 ? ".0" : ".");
    line_add_u32(line, size % 100);
}

const char *line_text(struct line *line)
{
    line->text[line->len] = '\0'; /* the last place is free */
    return line->text;
}

void line_print(struct line *line)
{
    line->text[line->len++] = '\n';
    console_write(line->text, line->len);
    line->len = 0;
}
