/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One converter for up to 32 inputs: round robin, one outstanding conversion each, in the
 * order of lib/arbiter.
 *
 * Conversions travel through with the input they are for. Two clients of one channel get a
 * sample each: what one of them asked for is never another's answer.
 */
#pragma once

#include "hil/adc.h"
#include "virtualizers/turns.h"

struct mux_adc_state {
    struct turns_state turns;
};

struct mux_adc {
    struct mux_adc_state *state;
    struct adc_sample adc;
    struct adc_sample_client adc_client;
    struct turn *slots;
    uint8_t slot_count;
    struct deferred complete;
};

extern const struct adc_sample_ops mux_adc_sample_ops;

adc_sample_fn mux_adc_sample;
adc_sample_cancel_fn mux_adc_sample_cancel;

void mux_adc_sampled(const struct adc_sample_client *client, struct adc_conversion *op,
                     enum err err);
void mux_adc_complete(const struct mux_adc *self);
bool mux_adc_check(const struct mux_adc *self);
