/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Each slice stops the timer and clears its status first, so a handler that comes late finds
 * nothing and does not end the new slice.
 */
#include "chips/lm3s/lm3s_slice.h"

#include "arch/arch.h"

void lm3s_slice_slice_stop(const struct policy_slice *port)
{
    const struct lm3s_slice *self = port->owner;

    self->registers->timer.control = 0;
    self->registers->timer.clear = LM3S_GPTM_INTERRUPT;
    self->state->expired = false;
}

void lm3s_slice_slice_start(const struct policy_slice *port, uint32_t ticks)
{
    const struct lm3s_slice *self = port->owner;

    lm3s_slice_slice_stop(port);
    self->registers->timer.load_a = ticks;
    self->registers->timer.control = LM3S_GPTM_CONTROL_ENABLE;
}

bool lm3s_slice_slice_expired(const struct policy_slice *port)
{
    const struct lm3s_slice *self = port->owner;

    return self->state->expired;
}

void lm3s_slice_interrupt(const struct lm3s_slice *self)
{
    if ((self->registers->timer.masked & LM3S_GPTM_INTERRUPT) == 0) {
        return;
    }
    self->registers->timer.clear = LM3S_GPTM_INTERRUPT;
    self->state->expired = true;
    arch_loop_request();
}

enum err lm3s_slice_init(const struct lm3s_slice *self)
{
    self->registers->timer.control = 0;
    self->registers->timer.config = LM3S_GPTM_CONFIG_32_BITS;
    self->registers->timer.mode_a = LM3S_GPTM_MODE_ONCE;
    self->registers->timer.mask = LM3S_GPTM_INTERRUPT;
    return OK;
}

const struct policy_slice_ops lm3s_slice_slice_ops = {
    .slice_start = lm3s_slice_slice_start,
    .slice_stop = lm3s_slice_slice_stop,
    .slice_expired = lm3s_slice_slice_expired,
};
