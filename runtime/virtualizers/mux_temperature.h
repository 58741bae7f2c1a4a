/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One temperature sensor for up to 32 clients: round robin, one outstanding reading each,
 * in the order of lib/arbiter. Everyone gets a reading of their own time.
 */
#pragma once

#include "hil/temperature.h"
#include "virtualizers/turns.h"

struct mux_temperature_state {
    struct turns_state turns;
};

struct mux_temperature {
    struct mux_temperature_state *state;
    struct temperature_sensor temperature;
    struct temperature_sensor_client temperature_client;
    struct turn *slots;
    uint8_t slot_count;
    struct deferred complete;
};

extern const struct temperature_sensor_ops mux_temperature_sensor_ops;

temperature_measure_fn mux_temperature_measure;
temperature_measure_cancel_fn mux_temperature_measure_cancel;

void mux_temperature_measured(const struct temperature_sensor_client *client,
                              struct temperature_reading *op, enum err err);
void mux_temperature_complete(const struct mux_temperature *self);
bool mux_temperature_check(const struct mux_temperature *self);
