/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One alarm for up to 254 clients: a list in order of deadlines, the earliest programmed.
 *
 * Deadlines are kept as distances from state->origin, the time of the last event or of the
 * first arming, so comparing them cannot wrap. The hardware is never armed for more than
 * half the counter's range: a distance stays unambiguous while an event is late, and a
 * longer deadline is reached in two legs. An event reads the counter once, disarms and
 * calls whoever is due by then, in order of deadlines; what those calls arm waits for the
 * next event, even if it is due, so an event is bounded.
 *
 * Invariant: the list is sorted by due, equals in order of arming; a slot is in it exactly
 * when its deadline is not NULL; outside an event the hardware is armed exactly when the
 * list is not empty, and for its head.
 */
#pragma once

#include "hil/time.h"

#define MUX_ALARM_LEG_TICKS 0x80000000u

/** Per client edge, zero-initialised by the generator. */
struct mux_alarm_slot {
    struct time_deadline *deadline; /* NULL: disarmed */
    uint32_t due;                   /* ticks after origin; 0 also for earlier */
    uint8_t next;                   /* index + 1 of the next in the list; 0: the last */
};

struct mux_alarm_state {
    struct time_deadline hardware; /* ours, lent to the provider while armed */
    uint32_t origin;               /* ticks */
    uint8_t first;                 /* index + 1; 0: nothing armed */
    uint8_t to_call;               /* heads of the list that this event still calls */
    bool firing;                   /* in the event: the hardware is set at its end */
};

struct mux_alarm {
    struct mux_alarm_state *state;
    struct time_alarm alarm_alarm;
    struct time_alarm_client alarm_alarm_client;
    struct time_counter alarm_counter;
    struct mux_alarm_slot *slots;
    uint8_t slot_count;
};

extern const struct time_alarm_ops mux_alarm_alarm_ops;

time_alarm_set_fn mux_alarm_alarm_set;
time_alarm_disarm_fn mux_alarm_alarm_disarm;

void mux_alarm_fired(const struct time_alarm_client *client,
                     struct time_deadline *deadline);
bool mux_alarm_check(const struct mux_alarm *self);
