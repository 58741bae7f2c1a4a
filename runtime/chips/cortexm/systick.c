/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Writes CSR whole and never reads it: a read would take COUNTFLAG, a read-modify-write
 * would race with the handler. The timer goes on after the end of a slice; a second end
 * changes nothing.
 */
#include "chips/cortexm/systick.h"

#include "arch/arch.h"

#define CSR_ENABLE (1u << 0)
#define CSR_TICKINT (1u << 1)
#define CSR_CLKSOURCE (1u << 2) /* the processor's clock */

/* Interrupt control and state (B3.2.4): writing a one acts, zeros do nothing. */
#define ICSR_PENDSTCLR (1u << 25)

/* An end that is pending belongs to the slice before: it goes once no new one can come. */
static void forget(const struct systick *self)
{
    ARCH_ICSR = ICSR_PENDSTCLR;
    self->state->expired = false;
}

void systick_slice_start(const struct policy_slice *port, uint32_t ticks)
{
    const struct systick *self = port->owner;

    self->registers->rvr = ticks; /* not ticks - 1: a reload of 0 would never end */
    self->registers->cvr = 0;
    self->registers->csr = CSR_ENABLE | CSR_TICKINT | CSR_CLKSOURCE;
    forget(self);
}

void systick_slice_stop(const struct policy_slice *port)
{
    const struct systick *self = port->owner;

    self->registers->csr = 0;
    forget(self);
}

bool systick_slice_expired(const struct policy_slice *port)
{
    const struct systick *self = port->owner;

    return self->state->expired;
}

void systick_interrupt(const struct systick *self)
{
    self->state->expired = true;
    arch_loop_request();
}

const struct policy_slice_ops systick_slice_ops = {
    .slice_start = systick_slice_start,
    .slice_stop = systick_slice_stop,
    .slice_expired = systick_slice_expired,
};
