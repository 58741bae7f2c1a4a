/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* System control of the LM3S6965 (data sheet, chapter "System Control"): its main clock,
 * and the gates in front of the peripherals, which are closed after reset. */
#pragma once

#include "abi/err.h"
#include <stdbool.h>
#include <stdint.h>

/** Runs the system from the PLL behind the main oscillator, a crystal of 8 MHz, and opens
 * the gates of all ports, UARTs, timers, SSI, I2C, ADC and watchdog. INVAL: the divider
 * cannot make it. FAIL: the PLL does not lock. Takes up to a millisecond, at boot. */
enum err lm3s_clock_apply(uint32_t hz);

/** Whether a watchdog has reset the chip since this was asked last. */
bool lm3s_clock_watchdog_barked(void);
