/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Looks at CONTROL.nPRIV after system calls, upcalls and preemptions: thread mode
 * must never be privileged while an application runs.
 */
#include "alarm.h"
#include "line.h"
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
    struct line line = {.len = 0};
    line_add(&line, "privileged: ");
    line_add_u32(&line, checks);
    line_add(&line, " checks, ");
    line_add(&line, failures == 0 ? "nPRIV kept" : "FAIL: privileged at some");
    line_print(&line);
    return 0;
}
