/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A process that faults is restarted, up to a limit, then stopped. */
#pragma once

#include "hil/policy.h"

struct fault_restart {
    uint32_t limit; /* restarts; the fault after the last one stops the process */
};

extern const struct policy_fault_ops fault_restart_fault_ops;

policy_fault_decide_fn fault_restart_fault_decide;
