/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Dual timer of Arm's Cortex-M System Design Kit (DDI 0479, APB dual timers).
 *
 * Two timers of 32 bits that count down. The first runs freely and is the counter; the
 * second runs once for each deadline.
 *
 * Invariant: the second timer is enabled exactly while a deadline is armed, so a status
 * that is set always belongs to that deadline.
 */
#pragma once

#include "hil/time.h"

struct cmsdk_dualtimer_half {
    uint32_t load; /* write: the value to count down from, starting now */
    uint32_t value;
    uint32_t control;
    uint32_t interrupt_clear; /* any write clears */
    uint32_t raw_status;
    uint32_t status;
    uint32_t background_load;
    uint32_t reserved_1c;
};

struct cmsdk_dualtimer_registers {
    struct cmsdk_dualtimer_half counter;
    struct cmsdk_dualtimer_half alarm;
};

struct cmsdk_dualtimer_state {
    struct time_deadline *deadline; /* NULL: disarmed */
};

struct cmsdk_dualtimer {
    struct cmsdk_dualtimer_state *state;
    volatile struct cmsdk_dualtimer_registers *registers;
};

extern const struct time_alarm_ops cmsdk_dualtimer_alarm_ops;
extern const struct time_counter_ops cmsdk_dualtimer_counter_ops;

time_alarm_set_fn cmsdk_dualtimer_alarm_set;
time_alarm_disarm_fn cmsdk_dualtimer_alarm_disarm;
time_counter_now_fn cmsdk_dualtimer_counter_now;

enum err cmsdk_dualtimer_init(const struct cmsdk_dualtimer *self);
void cmsdk_dualtimer_interrupt(const struct cmsdk_dualtimer *self);
