/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Each port is low while its device is selected, like any select. */
#include "devices/select_pair.h"

enum { LOW, HIGH }; /* the order of the ports in the descriptor */

void select_pair_pin_write(const struct gpio_output *port, bool high)
{
    const struct select_pair *self = port->owner;

    /* Deselecting the one on high would select the other. */
    gpio_pin_write(&self->pin, high || port->index == HIGH);
}

bool select_pair_pin_level(const struct gpio_output *port)
{
    const struct select_pair *self = port->owner;

    return gpio_pin_level(&self->pin) == (port->index == LOW);
}

enum err select_pair_init(const struct select_pair *self)
{
    gpio_pin_write(&self->pin, true);
    return OK;
}

const struct gpio_output_ops select_pair_output_ops = {
    .pin_write = select_pair_pin_write,
    .pin_level = select_pair_pin_level,
};
