/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Stress of a converter from one of its channels, whose values the board knows bounds of.
 */
#pragma once

#include "capsules/test/stress.h"
#include "hil/adc.h"

struct stress_adc_state {
    struct stress_state stress;
    struct adc_conversion conversion;
    struct adc_conversion spare;
};

struct stress_adc {
    struct stress_adc_state *state;
    const struct adc_input *adc;
    struct adc_sample_client adc_client;
    STRESS_MEMBERS;
    uint16_t low;
    uint16_t high;
};

enum err stress_adc_start(const struct stress_adc *self);
void stress_adc_step(const struct stress_adc *self);
void stress_adc_sampled(const struct adc_sample_client *client,
                        struct adc_conversion *op, enum err err);
void stress_adc_reported(const struct uart_transmit_client *client,
                         struct uart_transmission *op, enum err err);
void stress_adc_late(const struct time_alarm_client *client,
                     struct time_deadline *deadline);
