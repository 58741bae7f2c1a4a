/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Sleeps for alarms; its upcall, labelled bench_upcall, is where switches end. */
#include "tock.h"

enum { ALARM = 0, ALARM_RELATIVE = 5, SHORT_TICKS = 50000, LONG_TICKS = 2000000 };

static volatile uint32_t upcalls;

__attribute__((noinline)) static void expired(uint32_t now, uint32_t expiry,
                                              uint32_t unused, uint32_t data)
{
    __asm__ volatile("bench_upcall:");
    (void)now;
    (void)expiry;
    (void)unused;
    upcalls += data;
}

int main(void)
{
    tock_subscribe(ALARM, 0, expired, 1);
    tock_command(ALARM, ALARM_RELATIVE, SHORT_TICKS, 0);
    tock_yield_wait();
    for (;;) { /* everybody sleeps by now: from the interrupt to the upcall */
        tock_command(ALARM, ALARM_RELATIVE, LONG_TICKS, 0);
        tock_yield_wait();
    }
}
