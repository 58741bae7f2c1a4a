/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Text in and out through the console driver, waiting with yield-wait-for: an
 * application's own upcalls do not run inside a call, and none is registered here.
 */
#include "console.h"

#include "line.h"
#include "tock.h"

enum {
    CONSOLE = 0x1,
    BUFFER = 1,
    WRITE = 1,
    READ = 2,
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

void console_print(const char *text)
{
    console_write(text, length(text));
}

void console_print_u32(const char *text, uint32_t value)
{
    struct line line = {.len = 0};

    line_add(&line, text);
    line_add_u32(&line, value);
    line_print(&line);
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
