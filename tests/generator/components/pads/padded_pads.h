/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For tests: pads that are lit by being given away. */
#pragma once

#include "lib/pad.h"
#include <stdint.h>

void padded_pads_apply(uint8_t group, uint8_t pad, uint8_t function,
                       enum pad_direction direction);
