/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "heartbeat/heartbeat.h"

#include "lib/container.h"

#define STEPS 8u
#define LIT_STEPS 0x5u /* bit n: lit in step n; step 0 begins at boot */

enum err heartbeat_start(const struct heartbeat *self)
{
    struct time_interval *interval = &self->state->interval;

    interval->client = &self->timer_client;
    interval->first = self->step_ticks;
    interval->period = self->step_ticks;
    led_light_set(&self->led, true);
    time_timer_start(&self->timer, interval);
    return OK;
}

void heartbeat_fired(const struct time_timer_client *client,
                     struct time_interval *interval)
{
    const struct heartbeat *self = container_of(client, struct heartbeat, timer_client);
    struct heartbeat_state *state = self->state;

    state->step = (state->step + interval->ended) % STEPS;
    led_light_set(&self->led, (LIT_STEPS >> state->step & 1u) != 0);
}
