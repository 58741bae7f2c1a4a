/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Makes each measured system call once, after its first use has made the grants.
 *
 * A measured svc has a label bench_<name>; the bench finds it in the trace and counts
 * what the kernel executes until the next instruction of an application.
 */
#include "../measured.h"

enum { ALARM = 0, CONSOLE = 1, LED = 2, MISSING = 0xbad };
enum { ALARM_NOW = 2, ALARM_RELATIVE = 5, LED_TOGGLE = 3 };

static uint8_t buffer[64];
static const uint8_t text[] = "text in flash";
static volatile uint32_t upcalls;

static void expired(uint32_t now, uint32_t expiry, uint32_t unused, uint32_t data)
{
    (void)now;
    (void)expiry;
    (void)unused;
    upcalls += data;
}

/* Runs on until the alarm armed here has gone off, without a system call. */
static void pass(uint32_t ticks)
{
    for (volatile uint32_t i = 0; i < ticks; i++) {
    }
}

int main(void)
{
    uint8_t ran = 0;

    tock_subscribe(ALARM, 0, expired, 1);
    tock_command(ALARM, ALARM_RELATIVE, 1000, 0);
    tock_yield_wait(); /* waiter starts, arms its alarm and sleeps */
    tock_allow_rw(CONSOLE, 1, buffer, sizeof(buffer));
    tock_allow_ro(CONSOLE, 1, text, sizeof(text));

    MEASURED(memop, 5, 2, 0, 0, 0);
    MEASURED(command_exists, 2, CONSOLE, 0, 0, 0);
    MEASURED(command_missing, 2, MISSING, 1, 0, 0);
    MEASURED(command_led_toggle, 2, LED, LED_TOGGLE, 0, 0);
    MEASURED(command_alarm_now, 2, ALARM, ALARM_NOW, 0, 0);
    MEASURED(subscribe, 1, ALARM, 0, expired, 1);
    MEASURED(allow_rw, 3, CONSOLE, 1, buffer, 32);
    MEASURED(allow_ro, 4, CONSOLE, 1, text, 8);
    MEASURED(yield_no_wait, 0, 0, &ran, 0, 0);

    /* An upcall is queued while this process runs; then yield takes it at once. */
    tock_command(ALARM, ALARM_RELATIVE, 2000, 0);
    pass(2000);
    MEASURED(yield_queued, 0, 1, 0, 0, 0);

    /* waiter's alarm goes off meanwhile; this process blocks, waiter gets its upcall. */
    pass(8000);
    MEASURED(block_switch_upcall, 0, 1, 0, 0, 0);
    for (;;) {
        tock_yield_wait();
    }
}
