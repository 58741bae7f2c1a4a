/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A fault of any process stops the machine, for boards where half a system is worse. */
#pragma once

#include "hil/policy.h"

struct fault_panic {
    char unused; /* a port needs an owner, and C11 has no empty structs */
};

extern const struct policy_fault_ops fault_panic_fault_ops;

policy_fault_decide_fn fault_panic_fault_decide;
