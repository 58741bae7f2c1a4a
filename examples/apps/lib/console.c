/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Text in and out through the console driver, waiting with yield-wait-for: an
 * application's own upcalls do not run inside a call, and none is registered here.
 */
#include "console.h"

#include "memory.h"
#include "tock.h"

enum {
    CONSOLE = 0x1,
    BUFFER = 1,
    WRITE = 1,
    READ = 2,
    LINE_SIZE = 96,
};

size_t console_write(const void *bytes, size_t len)
{
    const uint8_t *from = bytes;
    size_t written = 0;

    while (written < len) {
        if (!tock_succeeded(
                tock_allow_ro(CONSOLE, BUFFER, from + written, len - written)) ||
            !tock_succeeded(tock_command(CONSOLE, WRITE, len - written, 0))) {
            break;
        }
        uint32_t done = tock_yield_wait_for(CONSOLE, WRITE).values[0];
        if (done == 0 || done > len - written) {
            break; /* the driver gave up */
        }
        written += done;
    }
    tock_allow_ro(CONSOLE, BUFFER, NULL, 0);
    return written;
}

static size_t length(const char *text)
{
    size_t len = 0;

    while (text[len] != '\0') {
        len++;
    }
    return len;
}

/* Writes the digits of `value` at `to`, at most 10; their number. */
static size_t decimal(char *to, uint32_t value)
{
    char reversed[10];
    size_t count = 0;

    do {
        reversed[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    for (size_t i = 0; i < count; i++) {
        to[i] = reversed[count - 1 - i];
    }
    return count;
}

void console_print(const char *text)
{
    console_write(text, length(text));
}

void console_print_u32(uint32_t value)
{
    char digits[10];

    console_write(digits, decimal(digits, value));
}

void console_print_hex(uint32_t value)
{
    char digits[10] = {'0', 'x'};

    for (size_t i = 0; i < 8; i++) {
        uint32_t digit = (value >> (28 - 4 * i)) & 15;
        digits[2 + i] = (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
    }
    console_write(digits, sizeof(digits));
}

void console_print_line(const char *text, uint32_t value)
{
    char line[LINE_SIZE];
    size_t len = length(text);

    if (len > LINE_SIZE - 11) {
        len = LINE_SIZE - 11; /* ten digits and the line end follow */
    }
    memcpy(line, text, len);
    len += decimal(line + len, value);
    line[len++] = '\n';
    console_write(line, len);
}

size_t console_read(void *bytes, size_t len)
{
    size_t received = 0;

    if (tock_succeeded(tock_allow_rw(CONSOLE, BUFFER, bytes, len)) &&
        tock_succeeded(tock_command(CONSOLE, READ, len, 0))) {
        struct tock_event event = tock_yield_wait_for(CONSOLE, READ);
        if (event.values[0] == 0) {
            received = event.values[1] <= len ? event.values[1] : len;
        }
    }
    tock_allow_rw(CONSOLE, BUFFER, NULL, 0);
    return received;
}
