/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Time through the alarm driver.
 *
 * A sleep longer than the counter's range is taken in steps whose references follow
 * one another exactly, so the steps do not add up to a drift.
 */
#include "alarm.h"

#include "tock.h"

enum {
    ALARM = 0x0,
    FREQUENCY = 1,
    NOW = 2,
    SET = 6,
    EXPIRED = 0,
};

/* A quarter of the range: an alarm taken late is still not mistaken for a wrap. */
#define STEP_TICKS 0x40000000u

uint32_t alarm_frequency_hz(void)
{
    struct tock_result result = tock_command(ALARM, FREQUENCY, 0, 0);

    return result.variant == TOCK_SUCCESS_U32 ? result.values[0] : 0;
}

uint32_t alarm_now(void)
{
    struct tock_result result = tock_command(ALARM, NOW, 0, 0);

    return result.variant == TOCK_SUCCESS_U32 ? result.values[0] : 0;
}

uint64_t alarm_ticks(uint32_t duration_ms, uint32_t frequency_hz)
{
    uint32_t seconds = duration_ms / 1000;
    uint32_t rest_ms = duration_ms % 1000;
    uint32_t fraction = (rest_ms * (frequency_hz % 1000) + 999) / 1000;

    return (uint64_t)seconds * frequency_hz +
           (uint64_t)rest_ms * (frequency_hz / 1000) + fraction;
}

bool alarm_arm(uint32_t reference, uint32_t dt)
{
    return tock_succeeded(tock_command(ALARM, SET, reference, dt));
}

bool alarm_sleep_ms(uint32_t duration_ms)
{
    uint32_t frequency_hz = alarm_frequency_hz();

    if (frequency_hz == 0) {
        return false;
    }
    uint32_t reference = alarm_now();
    uint64_t left = alarm_ticks(duration_ms, frequency_hz);
    while (left > 0) {
        uint32_t step = left > STEP_TICKS ? STEP_TICKS : (uint32_t)left;
        if (!alarm_arm(reference, step)) {
            return false;
        }
        tock_yield_wait_for(ALARM, EXPIRED);
        reference += step;
        left -= step;
    }
    return true;
}
