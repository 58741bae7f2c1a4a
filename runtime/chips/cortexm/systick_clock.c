/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The wrap is seen by reading twice: see the header for who may read. */
#include "chips/cortexm/systick_clock.h"

#define CSR_ENABLE (1u << 0)
#define CSR_TICKINT (1u << 1)
#define CSR_CLKSOURCE (1u << 2) /* the processor's clock */

#define RELOAD 0xFFFFFFu

uint32_t systick_clock_counter_now(const struct time_counter *port)
{
    const struct systick_clock *self = port->owner;
    uint32_t wrapped;
    uint32_t left;

    do { /* twice at most: the next wrap is 2^24 ticks away */
        wrapped = self->state->wrapped;
        left = self->registers->cvr;
    } while (wrapped != self->state->wrapped);
    return wrapped + (RELOAD - left);
}

void systick_clock_interrupt(const struct systick_clock *self)
{
    self->state->wrapped += RELOAD + 1u;
}

enum err systick_clock_init(const struct systick_clock *self)
{
    self->registers->rvr = RELOAD;
    self->registers->cvr = 0;
    self->registers->csr = CSR_ENABLE | CSR_TICKINT | CSR_CLKSOURCE;
    return OK;
}

const struct time_counter_ops systick_clock_counter_ops = {
    .counter_now = systick_clock_counter_now,
};
