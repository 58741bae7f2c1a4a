/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Analog inputs through the ADC driver (0x5).
 *
 * A sample is of 16 bits, of which the converter sets the first: 65536 would be its
 * reference.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tock.h"

#define ADC_DRIVER 0x5u

/** What one of the driver's questions gives; 0 without a driver. */
static inline uint32_t adc_ask(uint32_t command)
{
    struct tock_result result = tock_command(ADC_DRIVER, command, 0, 0);

    return result.variant == TOCK_SUCCESS_U32 ? result.values[0] : 0;
}

/** How many inputs there are; 0 without a driver. */
static inline uint32_t adc_count(void)
{
    return adc_ask(0);
}

/** Bits of a sample that the converter sets. */
static inline uint32_t adc_bits(void)
{
    return adc_ask(101);
}

/** Millivolts of a sample; the converter's reference, where `sample` is 65536. */
static inline uint32_t adc_millivolts(uint32_t sample)
{
    return sample * adc_ask(102) >> 16;
}

/** Waits for a sample; false if there is none. */
static inline bool adc_sample(uint32_t input, uint16_t *sample)
{
    if (!tock_succeeded(tock_command(ADC_DRIVER, 1, input, 0))) {
        return false;
    }
    struct tock_event event = tock_yield_wait_for(ADC_DRIVER, 0);

    *sample = (uint16_t)event.values[2];
    return event.values[0] == 0; /* the mode, and no error */
}

/** Waits for `count` samples, `rate` a second; how many came: fewer after an error, none
 * where the input has no rate. */
static inline uint32_t adc_fill(uint32_t input, uint32_t rate, uint16_t *samples,
                                uint32_t count)
{
    uint32_t got = 0;

    tock_allow_rw(ADC_DRIVER, 0, samples, count * sizeof(*samples));
    if (tock_succeeded(tock_command(ADC_DRIVER, 3, input, rate))) {
        got = tock_yield_wait_for(ADC_DRIVER, 0).values[1] >> 8;
    }
    tock_allow_rw(ADC_DRIVER, 0, NULL, 0);
    return got;
}
