/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "kernel/round_robin.h"

uint8_t round_robin_scheduler_next(const struct policy_scheduler *port, uint32_t ready,
                                   bool expired)
{
    const struct round_robin *self = port->owner;
    uint8_t last = self->state->last;

    if (!expired && (ready >> last & 1u) != 0) {
        return last;
    }
    uint32_t above = ready & (UINT32_MAX << last << 1);
    last = (uint8_t)__builtin_ctz(above != 0 ? above : ready);
    self->state->last = last;
    return last;
}

const struct policy_scheduler_ops round_robin_scheduler_ops = {
    .scheduler_next = round_robin_scheduler_next,
};
