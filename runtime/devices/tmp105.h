/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Thermometer TMP105 of Texas Instruments (SBOS324), which measures all the time: a
 * reading is the last one it made, with nine bits as after its reset.
 *
 * Invariant: reading is not NULL exactly while transfer is lent.
 */
#pragma once

#include "hil/i2c.h"
#include "hil/temperature.h"

#define TMP105_VALUE_LEN 2u

struct tmp105_state {
    struct temperature_reading *reading; /* lent to us; NULL: none */
    struct i2c_transfer transfer;
    uint8_t bytes[TMP105_VALUE_LEN];
};

struct tmp105 {
    struct tmp105_state *state;
    const struct i2c_device *i2c;
    struct i2c_controller_client i2c_client;
};

extern const struct temperature_sensor_ops tmp105_sensor_ops;

temperature_measure_fn tmp105_measure;
temperature_measure_cancel_fn tmp105_measure_cancel;

void tmp105_transferred(const struct i2c_controller_client *client,
                        struct i2c_transfer *transfer, enum err err);
