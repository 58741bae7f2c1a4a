/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Reads memory that is not its own: the kernel's RAM, or where a test says. */
#include "line.h"

#ifndef READOTHER_ADDRESS
#define READOTHER_ADDRESS 0x20000000
#endif

int main(void)
{
    struct line line = {.len = 0};

    line_add(&line, "readother: about to read ");
    line_add_hex(&line, READOTHER_ADDRESS);
    line_print(&line);
    uint32_t value = *(const volatile uint32_t *)READOTHER_ADDRESS;
    line_add(&line, "readother: FAIL, it reads ");
    line_add_hex(&line, value);
    line_print(&line);
    return 1;
}
