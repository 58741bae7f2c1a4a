/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Timers for up to 254 clients over one alarm, which may be one of a mux_alarm's: the list
 * and its invariants are those of virtualizers/deadlines.h.
 *
 * A repeating timer's next event is due one period after the last was due, so lateness
 * does not add up; of periods that are over already it skips all, and counts them. It is
 * in the list again before its client is called, so it takes one call an event, however
 * short its period, and the others theirs.
 *
 * Invariant: a slot is in the list exactly when its interval is not NULL; due is then when
 * its next event is due.
 */
#pragma once

#include "virtualizers/deadlines.h"

/** Per client edge, zero-initialised by the generator. */
struct mux_timer_slot {
    struct deadlines_entry entry;
    struct time_interval *interval; /* NULL: stopped */
    uint32_t due;                   /* ticks */
};

struct mux_timer_state {
    struct deadlines_state deadlines;
};

struct mux_timer {
    struct mux_timer_state *state;
    struct time_alarm alarm_alarm;
    struct time_alarm_client alarm_alarm_client;
    struct time_counter alarm_counter;
    struct mux_timer_slot *slots;
    uint8_t slot_count;
};

extern const struct time_timer_ops mux_timer_timer_ops;

time_timer_start_fn mux_timer_timer_start;
time_timer_stop_fn mux_timer_timer_stop;
time_timer_running_fn mux_timer_timer_running;
time_timer_remaining_fn mux_timer_timer_remaining;

void mux_timer_fired(const struct time_alarm_client *client,
                     struct time_deadline *deadline);
bool mux_timer_check(const struct mux_timer *self);
