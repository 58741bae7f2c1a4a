/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "kernel/fault_stop.h"

enum policy_fault_action fault_stop_fault_decide(const struct policy_fault *port,
                                                 uint32_t restarts)
{
    (void)port;
    (void)restarts;
    return FAULT_STOP;
}

const struct policy_fault_ops fault_stop_fault_ops = {
    .fault_decide = fault_stop_fault_decide,
};
