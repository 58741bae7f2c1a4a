/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The LED register is its own memory: it reads back what was written. */
#include "chips/mps2/mps2_fpgaio.h"

void mps2_fpgaio_light_set(const struct led_light *port, bool on)
{
    const struct mps2_fpgaio *self = port->owner;
    uint32_t bit = UINT32_C(1) << port->index;
    uint32_t others = self->registers->led & ~bit;

    self->registers->led = on ? others | bit : others;
}

bool mps2_fpgaio_light_is_on(const struct led_light *port)
{
    const struct mps2_fpgaio *self = port->owner;

    return (self->registers->led >> port->index & 1u) != 0;
}

uint32_t mps2_fpgaio_counter_now(const struct time_counter *port)
{
    const struct mps2_fpgaio *self = port->owner;

    return self->registers->counter;
}

const struct led_light_ops mps2_fpgaio_light_ops = {
    .light_set = mps2_fpgaio_light_set,
    .light_is_on = mps2_fpgaio_light_is_on,
};

const struct time_counter_ops mps2_fpgaio_counter_ops = {
    .counter_now = mps2_fpgaio_counter_now,
};
