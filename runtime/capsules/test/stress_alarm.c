/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "capsules/test/stress_alarm.h"

#include "lib/container.h"

static struct stress stress_of(const struct stress_alarm *self)
{
    return STRESS_OF("stress_alarm", self, NULL, NULL);
}

enum err stress_alarm_start(const struct stress_alarm *self)
{
    const struct stress stress = stress_of(self);

    stress_begin(&stress);
    return OK;
}

static void arm(const struct stress_alarm *self)
{
    struct stress_alarm_state *state = self->state;
    struct stress_state *stress = &state->stress;
    struct time_deadline *set = &state->set;

    set->client = &self->alarm_alarm_client;
    set->dt = stress_random(stress, self->longest_ticks + 1u);
    set->reference = time_counter_now(&self->alarm_counter);
    switch (stress_random(stress, 4)) {
    case 0: /* reached already, or nearly */
        set->reference -= stress_random(stress, set->dt + 3u);
        break;
    case 1: /* as long as it can be; the next step arms another */
        set->dt = UINT32_MAX - stress_random(stress, 2);
        deferred_set(&self->step);
        break;
    default:
        break;
    }
    stress->lent = true;
    stress->calls++;
    time_alarm_set(&self->alarm_alarm, set);
    stress->calls--;
}

void stress_alarm_step(const struct stress_alarm *self)
{
    const struct stress stress = stress_of(self);
    struct stress_state *state = stress.state;

    if (state->over) {
        return;
    }
    if (state->pause != 0) {
        state->pause--;
        deferred_set(stress.step);
        return;
    }
    if (stress_random(state, 4) == 0) {
        state->calls++;
        time_alarm_disarm(&self->alarm_alarm);
        state->calls--;
        state->lent = false;
        stress_later(&stress);
        return;
    }
    arm(self);
    if (stress_random(state, 2) == 0) {
        stress_later(&stress); /* it is replaced or disarmed, unless it comes before */
    }
}

void stress_alarm_fired(const struct time_alarm_client *client,
                        struct time_deadline *deadline)
{
    const struct stress_alarm *self =
        container_of(client, struct stress_alarm, alarm_alarm_client);
    const struct stress stress = stress_of(self);
    struct stress_state *state = stress.state;
    uint32_t passed = time_counter_now(&self->alarm_counter) - deadline->reference;

    if (state->over ||
        !stress_holds(&stress, state->calls == 0, "fired inside a call") ||
        !stress_holds(&stress, state->lent, "fired, but nothing was armed") ||
        !stress_holds(&stress, deadline == &self->state->set,
                      "fired with another deadline") ||
        !stress_holds(&stress, passed >= deadline->dt, "fired too early")) {
        return;
    }
    state->lent = false;
    state->operations++;
    if (state->operations >= stress.operations) {
        stress_say(&stress, NULL);
        return;
    }
    if (stress_random(state, 2) == 0) {
        arm(self);
        return;
    }
    stress_later(&stress);
}

void stress_alarm_reported(const struct uart_transmit_client *client,
                           struct uart_transmission *op, enum err err)
{
    (void)client;
    (void)op;
    (void)err; /* the line has been said or not */
}

void stress_alarm_late(const struct time_alarm_client *client,
                       struct time_deadline *deadline)
{
    const struct stress stress =
        stress_of(container_of(client, struct stress_alarm, timer_alarm_client));

    (void)deadline;
    stress_late(&stress);
}
