/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One buzzer for up to 32 clients: in turns, one note each. Nothing is copied. */
#pragma once

#include "buzzer/buzzer.h"
#include "virtualizers/turns.h"

struct mux_buzzer_state {
    struct turns_state turns;
};

struct mux_buzzer {
    struct mux_buzzer_state *state;
    struct buzzer_tone tone;
    struct buzzer_tone_client tone_client;
    struct turn *slots;
    uint8_t slot_count;
    struct deferred complete;
};

extern const struct buzzer_tone_ops mux_buzzer_tone_ops;

buzzer_play_fn mux_buzzer_play;

void mux_buzzer_played(const struct buzzer_tone_client *client,
                       struct buzzer_note *note, enum err err);
void mux_buzzer_complete(const struct mux_buzzer *self);
