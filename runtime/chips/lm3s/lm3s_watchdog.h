/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Watchdog of the LM3S microcontrollers (data sheet, chapter "Watchdog Timer").
 *
 * The counter runs twice before it resets: the end of the first is an interrupt, whose
 * bottom half is a sign of life, too. So a sleeping kernel is woken in time, which is why
 * there is nothing to suspend - and nothing that could: its control register ignores all
 * writes once it runs. A kernel that is stuck does not run bottom halves.
 */
#pragma once

#include "hil/policy.h"

struct lm3s_watchdog_registers {
    uint32_t load;
    uint32_t value;
    uint32_t control;
    uint32_t clear;  /* any write: no interrupt, and the counter begins anew */
    uint32_t raw;    /* interrupt status */
    uint32_t masked; /* interrupt status */
    uint32_t unused_018[256];
    uint32_t test;
    uint32_t unused_41c[505];
    uint32_t lock; /* only the key lets writes to the others through */
};

#define LM3S_WATCHDOG_CONTROL_RUN (1u << 0)
#define LM3S_WATCHDOG_CONTROL_RESET (1u << 1)
#define LM3S_WATCHDOG_TEST_STALL (1u << 8) /* while a debugger holds the core */
#define LM3S_WATCHDOG_KEY 0x1ACCE551u

struct lm3s_watchdog_state {
    bool barked;
};

struct lm3s_watchdog {
    struct lm3s_watchdog_state *state;
    volatile struct lm3s_watchdog_registers *registers;
    uint32_t half_ticks;
};

extern const struct policy_watchdog_ops lm3s_watchdog_watchdog_ops;

policy_watchdog_tickle_fn lm3s_watchdog_watchdog_tickle;
policy_watchdog_suspend_fn lm3s_watchdog_watchdog_suspend;
policy_watchdog_resume_fn lm3s_watchdog_watchdog_resume;
policy_watchdog_barked_fn lm3s_watchdog_watchdog_barked;

enum err lm3s_watchdog_init(const struct lm3s_watchdog *self);
void lm3s_watchdog_interrupt(const struct lm3s_watchdog *self);
