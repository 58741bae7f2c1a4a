/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "dualtimer/cmsdk_dualtimer.h"

#include <stddef.h>

#define CONTROL_ONE_SHOT (1u << 0)
#define CONTROL_32_BITS (1u << 1)
#define CONTROL_INTERRUPT (1u << 5)
#define CONTROL_ENABLE (1u << 7)
#define CONTROL_STOPPED CONTROL_32_BITS /* so that load takes all of its bits */

#define STATUS_INTERRUPT (1u << 0)

static uint32_t now(const struct cmsdk_dualtimer *self)
{
    return ~self->registers->counter.value; /* it counts down */
}

static void stop(const struct cmsdk_dualtimer *self)
{
    self->registers->alarm.control = CONTROL_STOPPED;
    self->registers->alarm.interrupt_clear = 1;
}

uint32_t cmsdk_dualtimer_counter_now(const struct time_counter *port)
{
    return now(port->owner);
}

void cmsdk_dualtimer_alarm_set(const struct time_alarm *port,
                               struct time_deadline *deadline)
{
    const struct cmsdk_dualtimer *self = port->owner;

    stop(self);
    self->state->deadline = deadline;
    uint32_t passed = now(self) - deadline->reference;
    uint32_t left = deadline->dt > passed ? deadline->dt - passed : 1;
    self->registers->alarm.load = left;
    self->registers->alarm.control =
        CONTROL_32_BITS | CONTROL_ONE_SHOT | CONTROL_INTERRUPT | CONTROL_ENABLE;
}

void cmsdk_dualtimer_alarm_disarm(const struct time_alarm *port)
{
    const struct cmsdk_dualtimer *self = port->owner;

    stop(self);
    self->state->deadline = NULL;
}

void cmsdk_dualtimer_interrupt(const struct cmsdk_dualtimer *self)
{
    struct time_deadline *deadline = self->state->deadline;

    if ((self->registers->alarm.status & STATUS_INTERRUPT) == 0) {
        return; /* disarmed between the interrupt and now */
    }
    stop(self);
    if (deadline != NULL) {
        self->state->deadline = NULL; /* disarmed before it is announced */
        time_alarm_fired(deadline);
    }
}

enum err cmsdk_dualtimer_init(const struct cmsdk_dualtimer *self)
{
    stop(self);
    self->registers->counter.control = CONTROL_STOPPED;
    self->registers->counter.load = UINT32_MAX;
    self->registers->counter.control = CONTROL_32_BITS | CONTROL_ENABLE;
    return OK;
}

const struct time_alarm_ops cmsdk_dualtimer_alarm_ops = {
    .alarm_set = cmsdk_dualtimer_alarm_set,
    .alarm_disarm = cmsdk_dualtimer_alarm_disarm,
};

const struct time_counter_ops cmsdk_dualtimer_counter_ops = {
    .counter_now = cmsdk_dualtimer_counter_now,
};
