/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "not_pin.h"

void not_pin_pin_write(const struct gpio_output *port, bool high)
{
    const struct not_pin *self = port->owner;

    gpio_pin_write(&self->pin, !high);
}

bool not_pin_pin_level(const struct gpio_output *port)
{
    const struct not_pin *self = port->owner;

    return !gpio_pin_level(&self->pin);
}

const struct gpio_output_ops not_pin_output_ops = {
    .pin_write = not_pin_pin_write,
    .pin_level = not_pin_pin_level,
};
