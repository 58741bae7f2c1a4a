/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One alarm for up to 254 clients, in the order of their deadlines: the list and its
 * invariants are those of virtualizers/deadlines.h.
 *
 * Invariant: a slot is in the list exactly when its deadline is not NULL.
 */
#pragma once

#include "virtualizers/deadlines.h"

/** Per client edge, zero-initialised by the generator. */
struct mux_alarm_slot {
    struct deadlines_entry entry;
    struct time_deadline *deadline; /* NULL: disarmed */
};

struct mux_alarm_state {
    struct deadlines_state deadlines;
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
