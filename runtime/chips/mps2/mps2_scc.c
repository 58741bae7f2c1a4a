/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* CFG1 is its own memory: it reads back what was written. */
#include "chips/mps2/mps2_scc.h"

void mps2_scc_pin_write(const struct gpio_output *port, bool high)
{
    const struct mps2_scc *self = port->owner;
    uint32_t bit = UINT32_C(1) << port->index;
    uint32_t others = self->registers->cfg1 & ~bit;

    self->registers->cfg1 = high ? others | bit : others;
}

bool mps2_scc_pin_level(const struct gpio_output *port)
{
    const struct mps2_scc *self = port->owner;

    return (self->registers->cfg1 >> port->index & 1u) != 0;
}

const struct gpio_output_ops mps2_scc_output_ops = {
    .pin_write = mps2_scc_pin_write,
    .pin_level = mps2_scc_pin_level,
};
