/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Fills its own queue of upcalls and shows that it can still go on. It does not print
 * while the queue is full: the end of that write could be among what is dropped.
 */
#include "alarm.h"
#include "console.h"
#include "line.h"
#include "tock.h"

enum {
    ALARM = 0x0,
    EXPIRED = 0,
    ATTEMPTS = 20,
    PROMISED = 9, /* a Tock kernel queues at least that many */
    LIMIT = 100,
};

static volatile uint32_t delivered;

static void expired(uint32_t now, uint32_t expiry, uint32_t unused, uint32_t data)
{
    (void)now;
    (void)expiry;
    (void)unused;
    delivered += data;
}

/* Arms an alarm that is already due, and gives it time to fire, without yielding. */
static void queue_one(uint32_t patience_ticks)
{
    uint32_t reference = alarm_now();

    alarm_arm(reference, 1);
    while (alarm_now() - reference < patience_ticks) {
    }
}

int main(void)
{
    tock_subscribe(ALARM, EXPIRED, expired, 1);
    for (uint32_t i = 0; i < ATTEMPTS; i++) {
        queue_one(alarm_frequency_hz() / 500);
    }
    for (uint32_t i = 0; i < LIMIT && tock_yield_no_wait(); i++) {
    }
    uint32_t first = delivered;
    alarm_arm(alarm_now(), 1);
    tock_yield_wait();

    if (first < PROMISED) {
        console_print("hog: FAIL, fewer upcalls than promised\n");
    }
    if (delivered != first + 1) {
        console_print("hog: FAIL, no upcall after that\n");
    }
    struct line line = {.len = 0};
    line_add(&line, "hog: ");
    line_add_u32(&line, first);
    line_add(&line, " upcalls delivered");
    line_print(&line);
    return 0;
}
