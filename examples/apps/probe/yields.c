/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Yield: upcalls, events that are waited for, and what is left alone. */
#include "alarm.h"
#include "check.h"
#include "groups.h"
#include "tock.h"

enum {
    EXPIRED = 0,
    WRITTEN = 1,
    WAIT = 1,
    WAIT_FOR = 2,
    CANARY = 0x5a,
    LIMIT = 100000,
};

/* What the last upcalls were given, the latest last. */
static struct {
    uint32_t count;
    uint32_t expiry[4];
    uint32_t data;
    uint32_t others;
} seen;

static void expired(uint32_t now, uint32_t expiry, uint32_t unused, uint32_t data)
{
    (void)now;
    (void)unused;
    seen.expiry[seen.count++ % 4] = expiry;
    seen.data = data;
}

static void other(uint32_t a, uint32_t b, uint32_t c, uint32_t data)
{
    (void)a;
    (void)b;
    (void)c;
    (void)data;
    seen.others++;
}

/*
 * Arms an alarm that is due at once and lets ten milliseconds go by without a yield,
 * so that its event is queued; its expiry.
 */
static uint32_t queue_alarm(void)
{
    uint32_t patience_ticks = alarm_frequency_hz() / 100;
    uint32_t reference = alarm_now();

    alarm_arm(reference, 1);
    while (alarm_now() - reference < patience_ticks) {
    }
    return reference + 1;
}

static const char newline[] = "\n";

static uint8_t no_wait(void)
{
    volatile uint8_t byte = CANARY;
    struct call_registers registers =
        call_prepare(0, (uint32_t)(uintptr_t)&byte, 0xa2, 0xa3);

    call_yield(&registers);
    return byte;
}

static void nothing_queued(void)
{
    volatile uint8_t byte = CANARY;
    struct call_registers before =
        call_prepare(0, (uint32_t)(uintptr_t)&byte, 0xa2, 0xa3);
    struct call_registers after = before;

    call_yield(&after);
    check_equal("yield-no-wait writes 0 when nothing is queued", byte, 0);
    check_registers("yield-no-wait leaves every register", &before, &after, 0, NULL);

    before = after = call_prepare(0, 0, 0xa2, 0xa3);
    call_yield(&after);
    check_registers("yield-no-wait without an address leaves every register", &before,
                    &after, 0, NULL);
    before = after = call_prepare(0, KERNEL_RAM, 0xa2, 0xa3);
    call_yield(&after);
    check_registers("yield-no-wait does not write to kernel RAM", &before, &after, 0,
                    NULL);
    before = after = call_prepare(3, 0xa1, 0xa2, 0xa3);
    call_yield(&after);
    check_registers("yield 3 does nothing", &before, &after, 0, NULL);
    before = after = call_prepare(0xffffffff, 0xa1, 0xa2, 0xa3);
    call_yield(&after);
    check_registers("yield 0xffffffff does nothing", &before, &after, 0, NULL);
}

static void no_wait_runs(void)
{
    seen.count = 0;
    tock_subscribe(ALARM, EXPIRED, expired, 0xda7a);
    struct tock_result armed = tock_command(ALARM, 6, alarm_now(), 1);
    bool agree = true;
    for (uint32_t i = 0; i < LIMIT && seen.count == 0; i++) {
        uint8_t byte = no_wait();
        agree = agree && byte == seen.count;
    }
    check_equal("an upcall runs in yield-no-wait", seen.count, 1);
    check_true("yield-no-wait writes 1 exactly when one ran", agree);
    check_equal("an upcall gets its data in r3", seen.data, 0xda7a);
    check_equal("an alarm's upcall gets its expiry", seen.expiry[0], armed.values[0]);
}

static void wait_runs(void)
{
    volatile uint8_t canary = CANARY;

    seen.count = 0;
    alarm_arm(alarm_now(), 1);
    struct call_registers before =
        call_prepare(WAIT, (uint32_t)(uintptr_t)&canary, 0xa2, 0xa3);
    struct call_registers after = before;
    call_yield(&after);
    check_equal("yield-wait returns after an upcall", seen.count, 1);
    check_equal("yield-wait does not write where r1 points", canary, CANARY);
    for (uint32_t i = 0; i < 13; i++) {
        if (i < 4 || i == 12) {
            before.r[i] = after.r[i]; /* an upcall may change these, and lr */
        }
    }
    before.lr = after.lr;
    check_registers("r4-r11 survive an upcall", &before, &after, 0, NULL);

    tock_subscribe(ALARM, EXPIRED, call_it_upcall, 0);
    alarm_arm(alarm_now(), 1);
    check_equal("an upcall keeps the stack pointer at 4 modulo 8", call_yield_odd(), 0);
    check_equal("an upcall starts outside a conditional block", call_it_result, 3);
}

static void wait_for(void)
{
    seen.count = 0;
    tock_subscribe(ALARM, EXPIRED, NULL, 0);
    struct tock_result armed = tock_command(ALARM, 6, alarm_now(), 1);
    struct call_registers before = call_prepare(WAIT_FOR, ALARM, EXPIRED, 0xa3);
    struct call_registers after = before;
    call_yield(&after);
    check_registers("wait-for takes a null upcall's event, in r0-r2 alone", &before,
                    &after, 3, (uint32_t[]){after.r[0], armed.values[0], 0});

    tock_subscribe(ALARM, EXPIRED, expired, 0);
    uint32_t expiry = queue_alarm();
    before = after = call_prepare(WAIT_FOR, ALARM, EXPIRED, 0xa3);
    call_yield(&after);
    check_registers("wait-for takes an event that is queued already", &before, &after,
                    3, (uint32_t[]){after.r[0], expiry, 0});
    check_equal("wait-for does not call the registered function", seen.count, 0);
    check_equal("wait-for leaves nothing of the event", no_wait(), 0);
}

/* An alarm event, the end of a write, another alarm event: the middle one is taken. */
static void wait_for_keeps_order(void)
{
    seen.count = 0;
    seen.others = 0;
    tock_subscribe(CONSOLE, WRITTEN, other, 0);
    uint32_t first = queue_alarm();
    tock_allow_ro(CONSOLE, 1, newline, 1);
    tock_command(CONSOLE, 1, 1, 0);
    uint32_t second = queue_alarm();
    struct tock_event event = tock_yield_wait_for(CONSOLE, WRITTEN);
    uint32_t called_meanwhile = seen.count + seen.others;
    tock_subscribe(CONSOLE, WRITTEN, NULL, 0);
    bool both = tock_yield_no_wait() && tock_yield_no_wait();

    check_equal("wait-for takes an event from between others", event.values[0], 1);
    check_equal("wait-for calls none of the others", called_meanwhile, 0);
    check_true("wait-for leaves the others to be delivered", both && seen.count == 2);
    check_true("wait-for leaves the others in their order",
               seen.expiry[0] == first && seen.expiry[1] == second);
}

static void resubscribing(void)
{
    seen.count = 0;
    seen.others = 0;
    queue_alarm();
    tock_subscribe(ALARM, EXPIRED, other, 0);
    uint8_t ran = no_wait();
    uint32_t called = seen.count + seen.others;
    check_true("a new subscribe cancels what is queued", ran == 0 && called == 0);

    tock_subscribe(ALARM, EXPIRED, expired, 0);
    queue_alarm();
    struct tock_result refused =
        tock_subscribe(ALARM, EXPIRED, (tock_upcall *)(uintptr_t)(KERNEL_RAM + 1), 0);
    ran = no_wait();
    called = seen.count;
    check_true("a refused subscribe cancels nothing",
               !tock_succeeded(refused) && ran == 1 && called == 1);

    tock_subscribe(ALARM, EXPIRED, NULL, 0);
    queue_alarm();
    tock_subscribe(ALARM, EXPIRED, expired, 0);
    struct tock_result armed = tock_command(ALARM, 6, alarm_now(), 1);
    struct tock_event event = tock_yield_wait_for(ALARM, EXPIRED);
    check_equal("a new subscribe cancels events without an upcall too", event.values[1],
                armed.values[0]);
}

/* Events that nobody subscribed to: they are for wait-for only. */
static void null_upcalls(void)
{
    tock_subscribe(ALARM, EXPIRED, NULL, 0);
    queue_alarm();
    check_equal("yield-no-wait writes 0 for an event without an upcall", no_wait(), 0);

    tock_subscribe(ALARM, EXPIRED, expired, 0);
    tock_allow_ro(CONSOLE, 1, newline, 1);
    tock_command(CONSOLE, 1, 1, 0);
    uint32_t start = alarm_now();
    while (alarm_now() - start < alarm_frequency_hz() / 100) {
    }
    seen.count = 0;
    alarm_arm(alarm_now(), 1);
    tock_yield_wait();
    check_equal("yield-wait passes over an event without an upcall", seen.count, 1);
    tock_subscribe(ALARM, EXPIRED, NULL, 0);
}

void yields_run(void)
{
    nothing_queued();
    no_wait_runs();
    wait_runs();
    wait_for();
    wait_for_keeps_order();
    resubscribing();
    null_upcalls();
}
