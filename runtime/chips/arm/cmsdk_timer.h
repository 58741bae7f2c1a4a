/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Timer of Arm's CMSDK (DDI 0479, APB timer) as one alarm.
 *
 * It counts down to zero and reloads; there is no compare and nothing to read the time
 * from, so deadlines are turned into a remaining count by a counter of the same clock.
 */
#pragma once

#include "hil/time.h"

struct cmsdk_timer_registers {
    uint32_t ctrl;
    uint32_t value;
    uint32_t reload;
    uint32_t interrupt; /* read: status; write 1: clear */
};

struct cmsdk_timer_state {
    struct time_deadline *deadline; /* NULL: disarmed */
};

struct cmsdk_timer {
    struct cmsdk_timer_state *state;
    volatile struct cmsdk_timer_registers *registers;
    struct time_counter counter;
};

extern const struct time_alarm_ops cmsdk_timer_alarm_ops;

time_alarm_set_fn cmsdk_timer_alarm_set;
time_alarm_disarm_fn cmsdk_timer_alarm_disarm;

enum err cmsdk_timer_init(const struct cmsdk_timer *self);
void cmsdk_timer_interrupt(const struct cmsdk_timer *self);
