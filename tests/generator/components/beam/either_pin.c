/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "either_pin.h"

void either_pin_pin_write(const struct gpio_output *port, bool high)
{
    const struct either_pin *self = port->owner;

    gpio_pin_write(&self->pin, high == (port->index == 0));
}

bool either_pin_pin_level(const struct gpio_output *port)
{
    const struct either_pin *self = port->owner;

    return gpio_pin_level(&self->pin) == (port->index == 0);
}

const struct gpio_output_ops either_pin_output_ops = {
    .pin_write = either_pin_pin_write,
    .pin_level = either_pin_pin_level,
};
