/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A process that faults is stopped for good; the others go on. */
#pragma once

#include "hil/policy.h"

struct fault_stop {
    char unused; /* a port needs an owner, and C11 has no empty structs */
};

extern const struct policy_fault_ops fault_stop_fault_ops;

policy_fault_decide_fn fault_stop_fault_decide;
