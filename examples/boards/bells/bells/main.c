/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Rings two chimes at once; they share one buzzer. */
#include "console.h"
#include "tock.h"

enum {
    HIGH = 0x90110,
    LOW = 0x90111,
    RING = 1,
    RUNG = 0,
};

static void high_rung(uint32_t err, uint32_t notes, uint32_t unused, uint32_t data)
{
    (void)err, (void)notes, (void)unused, (void)data;
    console_print("bells: the long high note is over\n");
}

static void low_rung(uint32_t err, uint32_t notes, uint32_t unused, uint32_t data)
{
    (void)err, (void)notes, (void)unused, (void)data;
    console_print("bells: the short low note is over\n");
}

int main(void)
{
    tock_subscribe(HIGH, RUNG, high_rung, 0);
    tock_subscribe(LOW, RUNG, low_rung, 0);
    if (!tock_succeeded(tock_command(HIGH, RING, 30, 0)) ||
        !tock_succeeded(tock_command(LOW, RING, 10, 0))) {
        console_print("bells: refused\n");
        tock_exit(TOCK_FAIL);
    }
    console_print("bells: both accepted\n");
    for (;;) {
        tock_yield_wait();
    }
}
