/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * General-purpose timer of the LM3S as the time slice, 32 bits, where SysTick counts for
 * the alarms. The handler sets expired and requests the loop.
 */
#pragma once

#include "chips/lm3s/lm3s_gptm.h"
#include "hil/policy.h"

struct lm3s_slice_registers {
    struct lm3s_gptm_registers timer;
};

struct lm3s_slice_state {
    volatile bool expired; /* set by the handler, cleared by start and stop */
};

struct lm3s_slice {
    struct lm3s_slice_state *state;
    volatile struct lm3s_slice_registers *registers;
};

extern const struct policy_slice_ops lm3s_slice_slice_ops;

policy_slice_start_fn lm3s_slice_slice_start;
policy_slice_stop_fn lm3s_slice_slice_stop;
policy_slice_expired_fn lm3s_slice_slice_expired;

enum err lm3s_slice_init(const struct lm3s_slice *self);
void lm3s_slice_interrupt(const struct lm3s_slice *self);
