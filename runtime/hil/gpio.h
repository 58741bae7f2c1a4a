/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* GPIO: one output pin; the index of the port is the pin. Nothing can fail once wired. */
#pragma once

#include "hil/port.h"

HIL_PORT(gpio_output);

typedef void gpio_pin_write_fn(const struct gpio_output *, bool);
typedef bool gpio_pin_level_fn(const struct gpio_output *);

struct gpio_output_ops {
    gpio_pin_write_fn *pin_write;
    gpio_pin_level_fn *pin_level;
};

#ifdef GPIO_OUTPUT_SEALED
#define GPIO_OUTPUT(port, operation) HIL_JOIN(GPIO_OUTPUT_SEALED, operation)
gpio_pin_write_fn GPIO_OUTPUT(, pin_write);
gpio_pin_level_fn GPIO_OUTPUT(, pin_level);
#else
#define GPIO_OUTPUT(port, operation) (port)->ops->operation
#endif

/** Drives the pin high or low. */
HIL_CALL_INFALLIBLE void gpio_pin_write(const struct gpio_output *port, bool high)
{
    GPIO_OUTPUT(port, pin_write)(port, high);
}

/** The level the pin is driven to. */
HIL_CALL_INFALLIBLE bool gpio_pin_level(const struct gpio_output *port)
{
    return GPIO_OUTPUT(port, pin_level)(port);
}
