/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Counts down once for each deadline. The timer is stopped before its status is cleared,
 * so a status that is set always belongs to the deadline armed now.
 */
#include "chips/lm3s/lm3s_gptm.h"

#include <stddef.h>

static void stop(const struct lm3s_gptm *self)
{
    self->registers->control = 0;
    self->registers->clear = LM3S_GPTM_INTERRUPT;
}

void lm3s_gptm_alarm_set(const struct time_alarm *port, struct time_deadline *deadline)
{
    const struct lm3s_gptm *self = port->owner;

    stop(self);
    self->state->deadline = deadline;
    uint32_t passed = time_counter_now(&self->counter) - deadline->reference;
    uint32_t left = deadline->dt > passed ? deadline->dt - passed : 1;
    self->registers->load_a = left;
    self->registers->control = LM3S_GPTM_CONTROL_ENABLE;
}

void lm3s_gptm_alarm_disarm(const struct time_alarm *port)
{
    const struct lm3s_gptm *self = port->owner;

    stop(self);
    self->state->deadline = NULL;
}

static void trigger(const struct lm3s_gptm *self, uint32_t mode, uint32_t ticks)
{
    stop(self);
    self->registers->mask = 0;
    self->registers->mode_a = mode;
    self->registers->load_a = ticks;
    self->registers->control = LM3S_GPTM_CONTROL_ENABLE | LM3S_GPTM_CONTROL_TRIGGER;
}

void lm3s_gptm_once(const struct lm3s_trigger_timer *port)
{
    trigger(port->owner, LM3S_GPTM_MODE_ONCE, 1);
}

void lm3s_gptm_every(const struct lm3s_trigger_timer *port, uint32_t ticks)
{
    trigger(port->owner, LM3S_GPTM_MODE_PERIODIC, ticks);
}

void lm3s_gptm_stop(const struct lm3s_trigger_timer *port)
{
    stop(port->owner);
}

void lm3s_gptm_interrupt(const struct lm3s_gptm *self)
{
    struct time_deadline *deadline = self->state->deadline;

    if ((self->registers->masked & LM3S_GPTM_INTERRUPT) == 0) {
        return;
    }
    stop(self);
    if (deadline != NULL) {
        self->state->deadline = NULL;
        time_alarm_fired(deadline);
    }
}

enum err lm3s_gptm_init(const struct lm3s_gptm *self)
{
    stop(self);
    self->registers->config = LM3S_GPTM_CONFIG_32_BITS;
    self->registers->mode_a = LM3S_GPTM_MODE_ONCE;
    self->registers->mask = LM3S_GPTM_INTERRUPT;
    return OK;
}

const struct time_alarm_ops lm3s_gptm_alarm_ops = {
    .alarm_set = lm3s_gptm_alarm_set,
    .alarm_disarm = lm3s_gptm_alarm_disarm,
};

const struct lm3s_trigger_timer_ops lm3s_gptm_timer_ops = {
    .once = lm3s_gptm_once,
    .every = lm3s_gptm_every,
    .stop = lm3s_gptm_stop,
};
