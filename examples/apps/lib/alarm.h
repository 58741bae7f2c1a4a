/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Time through the alarm driver (0x0): a counter of 32 bits that wraps. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** Ticks in a second; 0 if there is no alarm driver. */
uint32_t alarm_frequency_hz(void);

/** The counter now. Differences are right across a wrap, modulo 2^32 ticks. */
uint32_t alarm_now(void);

/** `duration_ms` in ticks of `frequency_hz`, rounded up; exact for all arguments. */
uint64_t alarm_ticks(uint32_t duration_ms, uint32_t frequency_hz);

/** Arms the process's one alarm for `dt` ticks after `reference`; upcall 0 comes. */
bool alarm_arm(uint32_t reference, uint32_t dt);

/** Sleeps for at least that long; whether there was an alarm to sleep with. */
bool alarm_sleep_ms(uint32_t duration_ms);
