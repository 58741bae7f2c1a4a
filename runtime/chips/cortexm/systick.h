/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * SysTick of ARMv7-M (Architecture Reference Manual B3.3) as the time slice.
 *
 * The handler sets expired and requests the loop. COUNTFLAG is never read: any read
 * clears it, and a lost end of slice is a process that never ends.
 */
#pragma once

#include "hil/policy.h"

struct systick_registers {
    uint32_t csr;
    uint32_t rvr; /* 24 bits */
    uint32_t cvr;
    uint32_t calib;
};

struct systick_state {
    volatile bool expired; /* set by the handler, cleared by start and stop */
};

struct systick {
    struct systick_state *state;
    volatile struct systick_registers *registers;
};

extern const struct policy_slice_ops systick_slice_ops;

policy_slice_start_fn systick_slice_start;
policy_slice_stop_fn systick_slice_stop;
policy_slice_expired_fn systick_slice_expired;

void systick_interrupt(const struct systick *self);
