/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A pin that is low where it should be high. */
#pragma once

#include "hil/gpio.h"

struct not_pin {
    struct gpio_output pin;
};

extern const struct gpio_output_ops not_pin_output_ops;

gpio_pin_write_fn not_pin_pin_write;
gpio_pin_level_fn not_pin_pin_level;
