/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "kernel/fault_restart.h"

enum policy_fault_action fault_restart_fault_decide(const struct policy_fault *port,
                                                    uint32_t restarts)
{
    const struct fault_restart *self = port->owner;

    return restarts < self->limit ? FAULT_RESTART : FAULT_STOP;
}

const struct policy_fault_ops fault_restart_fault_ops = {
    .fault_decide = fault_restart_fault_decide,
};
