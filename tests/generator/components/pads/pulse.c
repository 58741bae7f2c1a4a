/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "pulse.h"

void pulse_light_set(const struct led_light *port, bool on)
{
    const struct pulse *self = port->owner;

    self->registers->select = self->out_pad + 256u * self->out_function;
    self->registers->light = on ? 1u << self->sync_pad : 0;
}

bool pulse_light_is_on(const struct led_light *port)
{
    const struct pulse *self = port->owner;

    return self->registers->light != 0;
}

const struct led_light_ops pulse_light_ops = {
    .light_set = pulse_light_set,
    .light_is_on = pulse_light_is_on,
};
