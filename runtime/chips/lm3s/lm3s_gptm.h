/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * General-purpose timer of the LM3S microcontrollers (data sheet, chapter "General-Purpose
 * Timers") as one alarm: both halves as one 32-bit timer that counts down once. Or as the
 * trigger of the converter, with its own interrupt masked.
 *
 * There is no compare, so deadlines are turned into a remaining count by a counter of the
 * same clock.
 */
#pragma once

#include "chips/lm3s/lm3s_trigger.h"
#include "hil/time.h"

struct lm3s_gptm_registers {
    uint32_t config; /* 0: both halves are one 32-bit timer */
    uint32_t mode_a;
    uint32_t mode_b;
    uint32_t control;
    uint32_t unused[2];
    uint32_t mask; /* 1: the interrupt reaches the line */
    uint32_t raw;
    uint32_t masked;
    uint32_t clear;  /* write 1 */
    uint32_t load_a; /* what it counts down from */
};

#define LM3S_GPTM_CONFIG_32_BITS 0u
#define LM3S_GPTM_MODE_ONCE 1u
#define LM3S_GPTM_MODE_PERIODIC 2u
#define LM3S_GPTM_CONTROL_ENABLE (1u << 0)
#define LM3S_GPTM_CONTROL_TRIGGER                                                      \
    (1u << 5)                         /* of the converter, at the end of the count */
#define LM3S_GPTM_INTERRUPT (1u << 0) /* the end of the count */

struct lm3s_gptm_state {
    struct time_deadline *deadline; /* NULL: disarmed */
};

struct lm3s_gptm {
    struct lm3s_gptm_state *state;
    volatile struct lm3s_gptm_registers *registers;
    struct time_counter counter;
};

extern const struct time_alarm_ops lm3s_gptm_alarm_ops;
extern const struct lm3s_trigger_timer_ops lm3s_gptm_timer_ops;

time_alarm_set_fn lm3s_gptm_alarm_set;
time_alarm_disarm_fn lm3s_gptm_alarm_disarm;
lm3s_trigger_once_fn lm3s_gptm_once;
lm3s_trigger_every_fn lm3s_gptm_every;
lm3s_trigger_stop_fn lm3s_gptm_stop;

enum err lm3s_gptm_init(const struct lm3s_gptm *self);
void lm3s_gptm_interrupt(const struct lm3s_gptm *self);
