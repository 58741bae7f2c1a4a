/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Counts down once for each deadline. The timer is stopped before its status is cleared,
 * so a status that is set always belongs to the deadline armed now.
 */
#include "chips/arm/cmsdk_timer.h"

#include <stddef.h>

#define CTRL_ENABLE (1u << 0)
#define CTRL_INTERRUPT (1u << 3)

#define INTERRUPT_TIMER (1u << 0)

/* What it counts after the end, until the handler stops it; 0 would be no period. */
#define RELOAD_LONGEST 0xFFFFFFFFu

static void stop(const struct cmsdk_timer *self)
{
    self->registers->ctrl = 0;
    self->registers->interrupt = INTERRUPT_TIMER;
}

void cmsdk_timer_alarm_set(const struct time_alarm *port,
                           struct time_deadline *deadline)
{
    const struct cmsdk_timer *self = port->owner;

    stop(self);
    self->state->deadline = deadline;
    uint32_t passed = time_counter_now(&self->counter) - deadline->reference;
    uint32_t left = deadline->dt > passed ? deadline->dt - passed : 1;
    self->registers->value = left;
    self->registers->ctrl = CTRL_ENABLE | CTRL_INTERRUPT;
}

void cmsdk_timer_alarm_disarm(const struct time_alarm *port)
{
    const struct cmsdk_timer *self = port->owner;

    stop(self);
    self->state->deadline = NULL;
}

void cmsdk_timer_interrupt(const struct cmsdk_timer *self)
{
    struct time_deadline *deadline = self->state->deadline;

    if ((self->registers->interrupt & INTERRUPT_TIMER) == 0) {
        return;
    }
    stop(self);
    if (deadline != NULL) {
        self->state->deadline = NULL;
        time_alarm_fired(deadline);
    }
}

enum err cmsdk_timer_init(const struct cmsdk_timer *self)
{
    stop(self);
    self->registers->reload = RELOAD_LONGEST;
    return OK;
}

const struct time_alarm_ops cmsdk_timer_alarm_ops = {
    .alarm_set = cmsdk_timer_alarm_set,
    .alarm_disarm = cmsdk_timer_alarm_disarm,
};
