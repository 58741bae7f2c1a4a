/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A buzzer for the deaf. Invariant: the alarm is armed exactly while note is not NULL. */
#pragma once

#include "buzzer/buzzer.h"
#include "hil/led.h"
#include "hil/time.h"

struct buzzer_led_state {
    struct time_deadline deadline; /* ours, lent while armed */
    struct buzzer_note *note;      /* NULL: silent */
};

struct buzzer_led {
    struct buzzer_led_state *state;
    struct led_light led;
    struct time_alarm timer_alarm;
    struct time_alarm_client timer_alarm_client;
    struct time_counter timer_counter;
    uint32_t ticks_per_ms;
};

extern const struct buzzer_tone_ops buzzer_led_tone_ops;

buzzer_play_fn buzzer_led_play;

void buzzer_led_over(const struct time_alarm_client *client,
                     struct time_deadline *deadline);
