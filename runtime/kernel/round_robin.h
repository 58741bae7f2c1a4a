/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Round robin over the ready slots; a process keeps its turn until it blocks or its slice
 * ends. */
#pragma once

#include "hil/policy.h"

struct round_robin_state {
    uint8_t last; /* slot chosen last */
};

struct round_robin {
    struct round_robin_state *state;
};

extern const struct policy_scheduler_ops round_robin_scheduler_ops;

policy_scheduler_next_fn round_robin_scheduler_next;
