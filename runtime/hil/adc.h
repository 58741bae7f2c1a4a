/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Analog to digital: single conversions of one channel.
 *
 * The channel stands in the client's edge, whose object goes along with each conversion.
 * Several clients may have the same one. Samples of a fixed rate are not here.
 */
#pragma once

#include "hil/port.h"

HIL_PORT(adc_sample);

/** One client edge. */
struct adc_input {
    struct adc_sample sample;
    uint8_t channel;
};

struct adc_conversion {
    const struct adc_sample_client *client;
    const struct adc_input *input; /* noted by adc_sample */
    uint16_t value; /* out: the most significant bits hold the sample, the rest are 0 */
};

/** Embedded in the requester's const object, written by the generator from handles. */
struct adc_sample_client {
    void (*sampled)(const struct adc_sample_client *, struct adc_conversion *,
                    enum err);
};

typedef enum err adc_sample_fn(const struct adc_sample *, struct adc_conversion *);
typedef enum err adc_sample_cancel_fn(const struct adc_sample *,
                                      struct adc_conversion *, enum cancel *);

struct adc_sample_ops {
    adc_sample_fn *sample;
    adc_sample_cancel_fn *sample_cancel;
};

#ifdef ADC_SAMPLE_SEALED
#define ADC_SAMPLE(port, operation) HIL_JOIN(ADC_SAMPLE_SEALED, operation)
adc_sample_fn ADC_SAMPLE(, sample);
adc_sample_cancel_fn ADC_SAMPLE(, sample_cancel);
#else
#define ADC_SAMPLE(port, operation) (port)->ops->operation
#endif

/** For who passes a conversion on: op->input is its first sender's. */
HIL_CALL enum err adc_sample_forward(const struct adc_sample *port,
                                     struct adc_conversion *op)
{
    return ADC_SAMPLE(port, sample)(port, op);
}

/** The same of its cancel. */
HIL_CALL enum err adc_sample_cancel_forward(const struct adc_sample *port,
                                            struct adc_conversion *op,
                                            enum cancel *outcome)
{
    return ADC_SAMPLE(port, sample_cancel)(port, op, outcome);
}

/** BUSY: this edge's earlier conversion is still to complete. INVAL: no client, or there is
 * no such channel. OFF, FAIL: the hardware refused. After an error nothing was lent. */
HIL_CALL enum err adc_sample(const struct adc_input *input, struct adc_conversion *op)
{
    op->input = input;
    return adc_sample_forward(&input->sample, op);
}

/** OK: op still completes, with CANCEL and value 0 if *outcome is CANCELLED. ALREADY: not
 * lent here. */
HIL_CALL enum err adc_sample_cancel(const struct adc_input *input,
                                    struct adc_conversion *op, enum cancel *outcome)
{
    return adc_sample_cancel_forward(&input->sample, op, outcome);
}

/** Converters end op with this, last: they are idle before it, and it may start the next. */
HIL_CALL_INFALLIBLE void adc_sampled(struct adc_conversion *op, enum err err)
{
    op->client->sampled(op->client, op, err);
}
