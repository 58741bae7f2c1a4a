/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Analog to digital at a rate: recordings of one channel, a buffer each.
 *
 * A recording started in the completion of the one before it, of the same channel and at
 * the same rate, goes on without a gap: there is no sample that neither of the two has. So
 * one descriptor at a time makes a stream, and a cancel means what it means everywhere.
 * When nothing is started there, the converter stops.
 *
 * Rates are divided from a clock, the provider's fact: what comes out for a rate r is
 * clock / round(clock / r), which a descriptor compares with what it needs.
 */
#pragma once

#include "hil/port.h"

HIL_PORT(adc_stream_recorder);

/** One client edge. */
struct adc_stream_input {
    struct adc_stream_recorder recorder;
    uint8_t channel;
};

struct adc_recording {
    const struct adc_stream_recorder_client *client;
    const struct adc_stream_input *input; /* noted by adc_stream_record */
    uint8_t
        *samples; /* lent; two bytes each, the low one first: as an adc_conversion's */
    uint32_t rate_hz;  /* 1 or more; the nearest there is is used */
    uint16_t len;      /* samples; SIZE if 0 */
    uint16_t recorded; /* out: samples in the buffer, valid with any error */
};

/** Embedded in the requester's const object, written by the generator from handles. */
struct adc_stream_recorder_client {
    void (*recorded)(const struct adc_stream_recorder_client *, struct adc_recording *,
                     enum err);
};

typedef enum err adc_stream_record_fn(const struct adc_stream_recorder *,
                                      struct adc_recording *);
typedef enum err adc_stream_record_cancel_fn(const struct adc_stream_recorder *,
                                             struct adc_recording *, enum cancel *);

struct adc_stream_recorder_ops {
    adc_stream_record_fn *record;
    adc_stream_record_cancel_fn *record_cancel;
};

#ifdef ADC_STREAM_RECORDER_SEALED
#define ADC_STREAM_RECORDER(port, operation)                                           \
    HIL_JOIN(ADC_STREAM_RECORDER_SEALED, operation)
adc_stream_record_fn ADC_STREAM_RECORDER(, record);
adc_stream_record_cancel_fn ADC_STREAM_RECORDER(, record_cancel);
#else
#define ADC_STREAM_RECORDER(port, operation) (port)->ops->operation
#endif

/** For who passes a recording on: op->input is its first sender's. */
HIL_CALL enum err adc_stream_record_forward(const struct adc_stream_recorder *port,
                                            struct adc_recording *op)
{
    return ADC_STREAM_RECORDER(port, record)(port, op);
}

/** The same of its cancel. */
HIL_CALL enum err
adc_stream_record_cancel_forward(const struct adc_stream_recorder *port,
                                 struct adc_recording *op, enum cancel *outcome)
{
    return ADC_STREAM_RECORDER(port, record_cancel)(port, op, outcome);
}

/** BUSY: the earlier recording is still to complete. SIZE: len is 0. INVAL: no client, no
 * such channel, or a rate it does not have. OFF, FAIL: the hardware refused. After an error
 * nothing was lent. Completes with FAIL when samples were lost after those recorded. */
HIL_CALL enum err adc_stream_record(const struct adc_stream_input *input,
                                    struct adc_recording *op)
{
    op->input = input;
    return adc_stream_record_forward(&input->recorder, op);
}

/** OK: op still completes, with CANCEL and what was recorded by then if *outcome is
 * CANCELLED. ALREADY: not lent here. */
HIL_CALL enum err adc_stream_record_cancel(const struct adc_stream_input *input,
                                           struct adc_recording *op,
                                           enum cancel *outcome)
{
    return adc_stream_record_cancel_forward(&input->recorder, op, outcome);
}

/** Converters end op with this, last: they are idle before it, and it may start the next. */
HIL_CALL_INFALLIBLE void adc_stream_recorded(struct adc_recording *op, enum err err)
{
    op->client->recorded(op->client, op, err);
}
