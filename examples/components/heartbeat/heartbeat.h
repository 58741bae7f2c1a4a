/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Two short flashes of an LED each period, for as long as the kernel serves its timers: no
 * application takes part.
 *
 * A period is eight steps of one repeating timer, which keeps their phase. Steps that the
 * kernel was too busy for are skipped, so the rhythm shows it.
 */
#pragma once

#include "hil/led.h"
#include "hil/time.h"

struct heartbeat_state {
    struct time_interval interval; /* ours, lent for ever */
    uint32_t step;                 /* modulo 8 */
};

struct heartbeat {
    struct heartbeat_state *state;
    struct led_light led;
    struct time_timer timer;
    struct time_timer_client timer_client;
    uint32_t step_ticks;
};

enum err heartbeat_start(const struct heartbeat *self);
void heartbeat_fired(const struct time_timer_client *client,
                     struct time_interval *interval);
