/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Stress of an alarm: short and longest deadlines from references now and before, replaced
 * and disarmed. None may come early, inside a call, twice or after its end; how late one is
 * is nobody's promise, only that it comes.
 */
#pragma once

#include "capsules/test/stress.h"

struct stress_alarm_state {
    struct stress_state stress; /* lent: the alarm is armed */
    struct time_deadline set;
};

struct stress_alarm {
    struct stress_alarm_state *state;
    struct time_alarm alarm_alarm;
    struct time_alarm_client alarm_alarm_client;
    struct time_counter alarm_counter;
    STRESS_MEMBERS;
    uint32_t longest_ticks;
};

enum err stress_alarm_start(const struct stress_alarm *self);
void stress_alarm_step(const struct stress_alarm *self);
void stress_alarm_fired(const struct time_alarm_client *client,
                        struct time_deadline *deadline);
void stress_alarm_reported(const struct uart_transmit_client *client,
                           struct uart_transmission *op, enum err err);
void stress_alarm_late(const struct time_alarm_client *client,
                       struct time_deadline *deadline);
