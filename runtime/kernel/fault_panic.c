/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "kernel/fault_panic.h"

enum policy_fault_action fault_panic_fault_decide(const struct policy_fault *port,
                                                  uint32_t restarts)
{
    (void)port;
    (void)restarts;
    return FAULT_PANIC;
}

const struct policy_fault_ops fault_panic_fault_ops = {
    .fault_decide = fault_panic_fault_decide,
};
