/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Says which addresses of the I2C bus the board gives to applications, and who answers. */
#include "i2c.h"
#include "line.h"

#define FIRST 0x08u
#define LAST 0x77u

static void say(uint8_t address, uint32_t status)
{
    struct line line = {.len = 0};

    line_add(&line, "parts: ");
    line_add_hex(&line, address);
    line_add(&line, status == 0            ? " answers"
                    : status == TOCK_NOACK ? " is silent"
                                           : " cannot be asked");
    line_print(&line);
}

int main(void)
{
    struct line line = {.len = 0};
    uint32_t given = 0;

    for (uint8_t address = FIRST; address <= LAST; address++) {
        uint8_t byte;
        uint32_t status = i2c_read(address, &byte, sizeof(byte));

        if (status != TOCK_NODEVICE && status != TOCK_NOSUPPORT) {
            given++;
            say(address, status);
        }
    }
    line_add(&line, "parts: addresses to ask: ");
    line_add_u32(&line, given);
    line_print(&line);
    return 0;
}
