/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A process that faults is stopped for good; the others go on. */
#pragma once

#include "hil/policy.h"

struct fault_stop {
    char unused; /* an object is needed as the port's owner, and C11 has no empty ones */
};

extern const struct policy_fault_ops fault_stop_fault_ops;

policy_fault_decide_fn fault_stop_fault_decide;
