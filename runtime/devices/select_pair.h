/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Two selects on one pin, as a board without a decoder wires them: while the pin is low
 * one device is selected, while it is high the other.
 *
 * So one of them is always selected. Between transfers that is the one on high, from init
 * on: the one on low sees a select of its own for each transfer, the other must bear
 * being selected while the clock rests and must not need the deselect.
 */
#pragma once

#include "hil/gpio.h"

struct select_pair {
    struct gpio_output pin;
};

extern const struct gpio_output_ops select_pair_output_ops;

gpio_pin_write_fn select_pair_pin_write;
gpio_pin_level_fn select_pair_pin_level;

enum err select_pair_init(const struct select_pair *self);
