/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Pads of the LM3S6965 for its peripherals (data sheet, chapter "General-Purpose
 * Input/Outputs"): after reset they are nobody's, and not connected. */
#pragma once

#include "lib/pad.h"
#include <stdint.h>

/** Gives a pad to the peripheral that has a signal there; port 0 is A. What goes both ways
 * is I2C's, whose lines are open drain. The ports' clocks run. */
void lm3s_pads_apply(uint8_t port, uint8_t pad, uint8_t function,
                     enum pad_direction direction);
