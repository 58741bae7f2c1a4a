/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One alarm for up to 254 clients: a list in order of deadlines, the earliest programmed.
 *
 * Each slot keeps its distance to the one before it, the first its distance to
 * state->origin, the time of the last event or arming: so an event touches none but those
 * due and the next, and comparing cannot wrap. The hardware is never armed for more than
 * half the counter's range: a distance stays unambiguous while an event is late, and a
 * longer deadline is reached in two legs. An event reads the counter once, disarms and
 * calls whoever is due by then, in order of deadlines; what those calls arm waits for the
 * next event, even if it is due, so an event is bounded.
 *
 * Invariant: the list is in order of deadlines, equals in order of arming; a slot is in it
 * exactly when its deadline is not NULL; outside an event the hardware is armed exactly
 * when the list is not empty, and for its first.
 */
#pragma once

#include "hil/time.h"

#define MUX_ALARM_LEG_TICKS 0x80000000u

/** Per client edge, zero-initialised by the generator. */
struct mux_alarm_slot {
    struct time_deadline *deadline; /* NULL: disarmed */
    struct mux_alarm_slot *next;    /* NULL: the last */
    uint32_t ahead; /* ticks after the one before it in the list, or the origin */
};

struct mux_alarm_state {
    struct time_deadline hardware; /* ours, lent to the provider while armed */
    struct mux_alarm_slot *first;  /* NULL: nothing armed */
    uint32_t origin;               /* ticks */
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
