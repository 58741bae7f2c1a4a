/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A thermometer whose voltage is in line with the temperature, such as an LM35 or TMP36,
 * at an input of a converter: a reading is a conversion. The board says which temperatures
 * the ends of the converter's range stand for.
 *
 * Invariant: reading is not NULL exactly while conversion is lent.
 */
#pragma once

#include "hil/adc.h"
#include "hil/temperature.h"

struct adc_thermometer_state {
    struct temperature_reading *reading; /* lent to us; NULL: none */
    struct adc_conversion conversion;
};

struct adc_thermometer {
    struct adc_thermometer_state *state;
    const struct adc_input *adc;
    struct adc_sample_client adc_client;
    int32_t at_zero; /* thousandths of a degree Celsius */
    int32_t span;    /* from there to the converter's reference */
};

extern const struct temperature_sensor_ops adc_thermometer_sensor_ops;

temperature_measure_fn adc_thermometer_measure;
temperature_measure_cancel_fn adc_thermometer_measure_cancel;

void adc_thermometer_sampled(const struct adc_sample_client *client,
                             struct adc_conversion *conversion, enum err err);
