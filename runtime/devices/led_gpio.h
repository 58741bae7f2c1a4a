/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* An LED on an output pin, of either polarity. */
#pragma once

#include "hil/gpio.h"
#include "hil/led.h"

struct led_gpio {
    struct gpio_output pin;
    uint8_t active_low; /* 1: it lights when the pin is low */
};

extern const struct led_light_ops led_gpio_light_ops;

led_light_set_fn led_gpio_light_set;
led_light_is_on_fn led_gpio_light_is_on;
