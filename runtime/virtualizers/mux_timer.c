/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Timers of many: see the header, and virtualizers/deadlines.h for the list. */
#include "virtualizers/mux_timer.h"

#include "lib/container.h"

DEADLINES_CALL struct deadlines deadlines_of(const struct mux_timer *self)
{
    return (struct deadlines){
        .state = &self->state->deadlines,
        .alarm = &self->alarm_alarm,
        .client = &self->alarm_alarm_client,
    };
}

static struct mux_timer_slot *slot_of(const struct time_timer *port)
{
    const struct mux_timer *self = port->owner;

    return &self->slots[port->index];
}

void mux_timer_timer_start(const struct time_timer *port,
                           struct time_interval *interval)
{
    const struct mux_timer *self = port->owner;
    const struct deadlines deadlines = deadlines_of(self);
    struct mux_timer_slot *slot = slot_of(port);
    uint32_t now = time_counter_now(&self->alarm_counter);
    bool armed = slot->interval != NULL;

    slot->interval = interval;
    slot->due = now + interval->first;
    deadlines_arm(&deadlines, &slot->entry, armed, now, interval->first);
}

void mux_timer_timer_stop(const struct time_timer *port)
{
    const struct deadlines deadlines = deadlines_of(port->owner);
    struct mux_timer_slot *slot = slot_of(port);

    if (slot->interval != NULL) {
        slot->interval = NULL;
        deadlines_disarm(&deadlines, &slot->entry);
    }
}

enum time_running mux_timer_timer_running(const struct time_timer *port)
{
    const struct mux_timer_slot *slot = slot_of(port);

    if (slot->interval == NULL) {
        return TIME_STOPPED;
    }
    return slot->interval->period == 0 ? TIME_ONCE : TIME_REPEATING;
}

uint32_t mux_timer_timer_remaining(const struct time_timer *port)
{
    const struct mux_timer *self = port->owner;
    const struct mux_timer_slot *slot = slot_of(port);

    if (slot->interval == NULL) {
        return 0;
    }
    return deadlines_remaining(&self->state->deadlines, &slot->entry,
                               time_counter_now(&self->alarm_counter));
}

/* The slot is out of the list, its event has come. Into the list again, if it repeats. */
static void repeat(struct deadlines_state *state, struct mux_timer_slot *slot)
{
    struct time_interval *interval = slot->interval;
    uint32_t late = state->origin - slot->due;

    interval->ended = 1;
    if (interval->period == 0) {
        slot->interval = NULL;
        return;
    }
    if (late >= interval->period) { /* rarely: it costs a division */
        interval->ended += late / interval->period;
        late %= interval->period;
    }
    slot->due = state->origin - late + interval->period;
    deadlines_insert(state, &slot->entry, interval->period - late);
}

void mux_timer_fired(const struct time_alarm_client *client,
                     struct time_deadline *deadline)
{
    const struct mux_timer *self =
        container_of(client, struct mux_timer, alarm_alarm_client);
    const struct deadlines deadlines = deadlines_of(self);
    struct deadlines_entry *entry;

    (void)deadline; /* our only one */
    deadlines_begin(&deadlines, time_counter_now(&self->alarm_counter));
    while ((entry = deadlines_take(&deadlines)) != NULL) {
        struct mux_timer_slot *slot = (void *)entry; /* its first member */
        struct time_interval *interval = slot->interval;

        repeat(deadlines.state, slot);
        time_timer_fired(interval);
    }
    deadlines_end(&deadlines);
}

bool mux_timer_check(const struct mux_timer *self)
{
    uint32_t running = 0;

    for (uint8_t i = 0; i < self->slot_count; i++) {
        running += self->slots[i].interval != NULL;
    }
    return deadlines_check(&self->state->deadlines, running);
}

const struct time_timer_ops mux_timer_timer_ops = {
    .timer_start = mux_timer_timer_start,
    .timer_stop = mux_timer_timer_stop,
    .timer_running = mux_timer_timer_running,
    .timer_remaining = mux_timer_timer_remaining,
};
