/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Analog-to-digital converter of the LM3S microcontrollers (data sheet, chapter
 * "Analog-to-Digital Converter (ADC)"): sequencer 3 for single conversions, sequencer 1
 * for recordings, one sample a trigger each, ten bits.
 *
 * A timer triggers both, also single ones, which the processor could start on silicon but
 * not in an emulator. Every trigger reaches every sequencer that is on: a conversion during
 * a recording is made with its next sample, and waits up to a second at a rate of 1 Hz.
 *
 * Invariants: a sequencer is on exactly while what it serves is lent and not cancelled, the
 * recording's also in its completion. period is not 0 exactly while the timer triggers for
 * recordings.
 */
#pragma once

#include "chips/lm3s/lm3s_trigger.h"
#include "hil/adc.h"
#include "hil/adc_stream.h"
#include "kernel/deferred.h"

struct lm3s_adc_registers {
    uint32_t active; /* bit n, here and below: sequencer n */
    uint32_t raw;
    uint32_t mask;
    uint32_t clear;    /* write 1 */
    uint32_t overflow; /* write 1 clears */
    uint32_t trigger;  /* four bits a sequencer */
    uint32_t unused_18[10];
    uint32_t unused_40[8];
    uint32_t mux1; /* channels, four bits a sample */
    uint32_t control1;
    uint32_t fifo1;
    uint32_t status1;
    uint32_t unused_70[12];
    uint32_t mux3;
    uint32_t control3;
    uint32_t fifo3;
    uint32_t status3;
};

struct lm3s_adc_state {
    struct adc_conversion *conversion; /* NULL: none */
    struct adc_recording *recording;   /* NULL: none */
    uint32_t period;                   /* ticks between triggers for recordings */
    uint8_t channel;                   /* of these */
    bool conversion_cancelled;
    bool recording_cancelled;
};

struct lm3s_adc {
    struct lm3s_adc_state *state;
    volatile struct lm3s_adc_registers *registers;
    struct lm3s_trigger_timer trigger;
    struct deferred ended;
    uint32_t max_rate_hz;
    uint32_t clock_hz;
};

extern const struct adc_sample_ops lm3s_adc_sample_ops;
extern const struct adc_stream_recorder_ops lm3s_adc_recorder_ops;

adc_sample_fn lm3s_adc_sample;
adc_sample_cancel_fn lm3s_adc_sample_cancel;
adc_stream_record_fn lm3s_adc_record;
adc_stream_record_cancel_fn lm3s_adc_record_cancel;

enum err lm3s_adc_init(const struct lm3s_adc *self);
void lm3s_adc_conversion_interrupt(const struct lm3s_adc *self);
void lm3s_adc_recording_interrupt(const struct lm3s_adc *self);
void lm3s_adc_ended(const struct lm3s_adc *self);
