/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A cancel turns the sequencer off at once; the deferred call completes what it served. */
#include "chips/lm3s/lm3s_adc.h"

#include <stddef.h>

#define RECORDING (1u << 1)  /* sequencer 1 */
#define CONVERSION (1u << 3) /* sequencer 3 */

#define TRIGGER_TIMER (5u << 4 | 5u << 12) /* of both */
#define CONTROL_ONE_SAMPLE 6u              /* interrupts, and ends the sequence */

#define STATUS_FULL (1u << 12)
#define FIFO_MAX 16u /* an emulator's; the hardware's are of 4 and 1 */

#define CHANNEL_MAX 3u
#define UNUSED_BITS 6u /* of sixteen */

/* By its pointers: an emulator forgets to say that it is empty when they wrap. */
static bool holds(uint32_t status)
{
    return ((status >> 4 ^ status) & 15u) != 0 || (status & STATUS_FULL) != 0;
}

/* -- single conversions ---------------------------------------------------------------- */

enum err lm3s_adc_sample(const struct adc_sample *port, struct adc_conversion *op)
{
    const struct lm3s_adc *self = port->owner;
    struct lm3s_adc_state *state = self->state;

    if (op->client == NULL || op->input->channel > CHANNEL_MAX) {
        return ERR_INVAL;
    }
    if (state->conversion != NULL) {
        return ERR_BUSY;
    }
    state->conversion = op;
    state->conversion_cancelled = false;
    op->value = 0;
    for (uint32_t n = 0; n < FIFO_MAX && holds(self->registers->status3); n++) {
        (void)self->registers->fifo3; /* triggered again before it was turned off */
    }
    self->registers->clear = CONVERSION;
    self->registers->mux3 = op->input->channel;
    self->registers->active |= CONVERSION;
    if (state->period == 0) {
        lm3s_trigger_once(&self->trigger);
    }
    return OK;
}

enum err lm3s_adc_sample_cancel(const struct adc_sample *port,
                                struct adc_conversion *op, enum cancel *outcome)
{
    const struct lm3s_adc *self = port->owner;
    struct lm3s_adc_state *state = self->state;

    if (op == NULL || op != state->conversion) {
        return ERR_ALREADY;
    }
    *outcome = state->conversion_cancelled ? TOO_LATE : CANCELLED;
    state->conversion_cancelled = true;
    self->registers->active &= ~CONVERSION;
    deferred_set(&self->ended);
    return OK;
}

void lm3s_adc_conversion_interrupt(const struct lm3s_adc *self)
{
    struct lm3s_adc_state *state = self->state;
    struct adc_conversion *op = state->conversion;

    if ((self->registers->raw & CONVERSION) == 0) {
        return;
    }
    self->registers->clear = CONVERSION;
    if (op == NULL || state->conversion_cancelled) {
        return;
    }
    self->registers->active &= ~CONVERSION;
    op->value = (uint16_t)(self->registers->fifo3 << UNUSED_BITS);
    state->conversion = NULL;
    adc_sampled(op, OK);
}

/* -- recordings ------------------------------------------------------------------------ */

static void start(const struct lm3s_adc *self, uint8_t channel, uint32_t period)
{
    self->state->channel = channel;
    self->state->period = period;
    self->registers->active &= ~RECORDING;
    for (uint32_t n = 0; n < FIFO_MAX && holds(self->registers->status1); n++) {
        (void)self->registers->fifo1; /* another channel's */
    }
    self->registers->overflow = RECORDING;
    self->registers->mux1 = channel;
    self->registers->active |= RECORDING;
    lm3s_trigger_every(&self->trigger, period);
}

static void stop(const struct lm3s_adc *self)
{
    self->state->period = 0;
    self->registers->active &= ~RECORDING;
    lm3s_trigger_stop(&self->trigger);
    if (self->state->conversion != NULL) { /* has waited for this timer */
        lm3s_trigger_once(&self->trigger);
    }
}

enum err lm3s_adc_record(const struct adc_stream_recorder *port,
                         struct adc_recording *op)
{
    const struct lm3s_adc *self = port->owner;
    struct lm3s_adc_state *state = self->state;

    if (op->len == 0) {
        return ERR_SIZE;
    }
    if (op->client == NULL || op->input->channel > CHANNEL_MAX || op->rate_hz == 0 ||
        op->rate_hz > self->max_rate_hz || op->rate_hz > self->clock_hz) {
        return ERR_INVAL;
    }
    if (state->recording != NULL) {
        return ERR_BUSY;
    }
    /* At most the clock's number, and at least 1: a rate is not above the clock's. */
    uint32_t period = self->clock_hz / op->rate_hz;
    period += self->clock_hz % op->rate_hz >= op->rate_hz - op->rate_hz / 2 ? 1 : 0;
    state->recording = op;
    state->recording_cancelled = false;
    op->recorded = 0;
    if (period != state->period || op->input->channel != state->channel) {
        start(self, op->input->channel, period);
    }
    return OK;
}

enum err lm3s_adc_record_cancel(const struct adc_stream_recorder *port,
                                struct adc_recording *op, enum cancel *outcome)
{
    const struct lm3s_adc *self = port->owner;
    struct lm3s_adc_state *state = self->state;

    if (op == NULL || op != state->recording) {
        return ERR_ALREADY;
    }
    *outcome = state->recording_cancelled ? TOO_LATE : CANCELLED;
    if (!state->recording_cancelled) {
        state->recording_cancelled = true;
        stop(self);
        deferred_set(&self->ended);
    }
    return OK;
}

/* Ends the recording; the converter stops unless another one is started with it. */
static void finish(const struct lm3s_adc *self, enum err err)
{
    struct lm3s_adc_state *state = self->state;
    struct adc_recording *op = state->recording;

    state->recording = NULL;
    adc_stream_recorded(op, err);
    if (state->recording == NULL && state->period != 0) {
        stop(self);
    }
}

void lm3s_adc_recording_interrupt(const struct lm3s_adc *self)
{
    struct lm3s_adc_state *state = self->state;

    if ((self->registers->raw & RECORDING) == 0) {
        return;
    }
    self->registers->clear =
        RECORDING; /* before looking: what comes after interrupts */
    for (uint32_t n = 0; n < FIFO_MAX && state->period != 0; n++) {
        struct adc_recording *op = state->recording;

        if ((self->registers->overflow & RECORDING) != 0) {
            start(self, state->channel, state->period); /* what it holds may be later */
            finish(self, ERR_FAIL);
            break;
        }
        if (!holds(self->registers->status1)) {
            break;
        }
        uint32_t sample = self->registers->fifo1 << UNUSED_BITS;
        op->samples[2u * op->recorded] = (uint8_t)sample;
        op->samples[2u * op->recorded + 1] = (uint8_t)(sample >> 8);
        if (++op->recorded == op->len) {
            finish(self, OK);
        }
    }
}

/* -- both ------------------------------------------------------------------------------ */

void lm3s_adc_ended(const struct lm3s_adc *self)
{
    struct lm3s_adc_state *state = self->state;

    if (state->conversion != NULL && state->conversion_cancelled) {
        struct adc_conversion *op = state->conversion;

        state->conversion = NULL;
        adc_sampled(op, ERR_CANCEL);
    }
    if (state->recording != NULL && state->recording_cancelled) {
        finish(self, ERR_CANCEL);
    }
}

enum err lm3s_adc_init(const struct lm3s_adc *self)
{
    self->registers->active = 0;
    self->registers->trigger = TRIGGER_TIMER;
    self->registers->control1 = CONTROL_ONE_SAMPLE;
    self->registers->control3 = CONTROL_ONE_SAMPLE;
    self->registers->clear = RECORDING | CONVERSION;
    self->registers->mask = RECORDING | CONVERSION;
    return OK;
}

const struct adc_sample_ops lm3s_adc_sample_ops = {
    .sample = lm3s_adc_sample,
    .sample_cancel = lm3s_adc_sample_cancel,
};

const struct adc_stream_recorder_ops lm3s_adc_recorder_ops = {
    .record = lm3s_adc_record,
    .record_cancel = lm3s_adc_record_cancel,
};
