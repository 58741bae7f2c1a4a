/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Short words for the kernel's own memory. */
#pragma once

#include "kernel/internal/process.h"
#include "kernel/platform.h"

static inline struct kernel_state *state(void)
{
    return board_kernel.state;
}

static inline __attribute__((always_inline)) void
state_ready(const struct process *process)
{
    state()->ready |= UINT32_C(1) << process->slot;
}

static inline __attribute__((always_inline)) void
state_not_ready(const struct process *process)
{
    state()->ready &= ~(UINT32_C(1) << process->slot);
}
