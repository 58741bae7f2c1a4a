/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Round robin over a bitmap: see the header. No loops, no storage of its own. */
#include "lib/arbiter.h"

bool arbiter_take(struct arbiter *arbiter, uint8_t client)
{
    if (arbiter->held) {
        arbiter->waiting |= UINT32_C(1) << client;
        return false;
    }
    arbiter->held = true;
    arbiter->last = client;
    return true;
}

bool arbiter_pass(struct arbiter *arbiter)
{
    if (arbiter->waiting == 0) {
        arbiter->held = false;
        return false;
    }
    /* Clients above the last one first; two shifts, for 32 is not a legal distance. */
    uint32_t above = arbiter->waiting & (UINT32_MAX << arbiter->last << 1);
    uint32_t from = above != 0 ? above : arbiter->waiting;
    arbiter->last = (uint8_t)__builtin_ctz(from);
    arbiter->waiting &= ~(UINT32_C(1) << arbiter->last);
    return true;
}

bool arbiter_drop(struct arbiter *arbiter, uint8_t client)
{
    uint32_t bit = UINT32_C(1) << client;
    bool queued = (arbiter->waiting & bit) != 0;

    arbiter->waiting &= ~bit;
    return queued;
}

bool arbiter_check(const struct arbiter *arbiter)
{
    return (arbiter->held || arbiter->waiting == 0) && arbiter->last < ARBITER_CLIENTS;
}
