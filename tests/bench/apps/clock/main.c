/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Lets the bench check its counting against the emulator's own clock.
 *
 * Between two reads of a counter that is driven by the number of executed instructions,
 * the kernel touches many peripheral registers, serves interrupts and is interrupted.
 * The difference of the two is told by a loop that passes bench_tick once a tick.
 */
#include "../measured.h"

enum { ALARM = 0, DEBUG = 8, LED = 2 };
enum { ALARM_NOW = 2, DEBUG_PRINT = 2, LED_TOGGLE = 3 };

int main(void)
{
    uint32_t from;
    uint32_t to;

    tock_command(ALARM, ALARM_NOW, 0, 0);
    MEASURED_INTO(from, from, 2, ALARM, ALARM_NOW, 0, 0);
    tock_command(DEBUG, DEBUG_PRINT, 0x1234, 0); /* interrupts of the UART follow */
    for (int i = 0; i < 40; i++) {
        tock_command(LED, LED_TOGGLE, 0, 0);
        tock_memop(2, 0);
    }
    MEASURED_INTO(to, to, 2, ALARM, ALARM_NOW, 0, 0);
    for (uint32_t i = from; i != to; i++) {
        __asm__ volatile("bench_tick: nop");
    }
    __asm__ volatile("bench_end: nop");
    for (;;) {
        tock_yield_wait();
    }
}
