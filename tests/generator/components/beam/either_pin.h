/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Two selects on one pin: high selects one, low the other. */
#pragma once

#include "hil/gpio.h"

struct either_pin {
    struct gpio_output pin;
};

extern const struct gpio_output_ops either_pin_output_ops;

gpio_pin_write_fn either_pin_pin_write;
gpio_pin_level_fn either_pin_pin_level;
