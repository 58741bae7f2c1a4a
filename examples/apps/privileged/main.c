/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Looks at CONTROL.nPRIV after system calls, upcalls and preemptions: thread mode
 * must never be privileged while an application runs.
 */
#include "alarm.h"
#include "console.h"
#include "tock.h"

enum {
    ROUNDS = 200,
    ALARM = 0x0,
    NPRIV = 1,
};

static uint32_t checks;
static uint32_t failures;

static void look(void)
{
    uint32_t control;

    __asm__ volatile("mrs %0, control" : "=r"(control));
    checks++;
    failures += (control & NPRIV) == 0;
}

static void expired(uint32_t now, uint32_t expiry, uint32_t unused, uint32_t data)
{
    (void)now;
    (void)expiry;
    (void)unused;
    (void)data;
    look();
}

int main(void)
{
    uint32_t slices_ticks = alarm_frequency_hz() / 1000 * 35; /* three slices */

    tock_subscribe(ALARM, 0, expired, 0);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        tock_memop(TOCK_RAM_START, 0);
        look();
        tock_command(0xbad00, 0, 0, 0);
        look();
        alarm_arm(alarm_now(), i);
        tock_yield_wait();
        look();
    }
    for (uint32_t i = 0; i < 4; i++) {
        for (uint32_t start = alarm_now(); alarm_now() - start < slices_ticks;) {
            for (volatile uint32_t busy = 0; busy < 1000; busy++) {
            }
            look();
        }
    }
    /* An attempt to become privileged is ignored. */
    __asm__ volatile("msr control, %0\n isb" : : "r"(2) : "memory");
    look();
    console_print_u32(failures == 0 ? "privileged: nPRIV kept, checks: "
                                    : "privileged: FAIL, times privileged: ",
                      failures == 0 ? checks : failures);
    return 0;
}
