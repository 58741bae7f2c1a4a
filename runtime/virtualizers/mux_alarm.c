/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A list of distances: arming is linear in the armed clients, an event in those due. */
#include "virtualizers/mux_alarm.h"

#include "lib/container.h"
#include <stddef.h>

/* Moves the origin to now. What is due by then is 0 ticks ahead, in the same order;
 * returns how many those are. */
static uint8_t advance(struct mux_alarm_state *state, uint32_t now)
{
    struct mux_alarm_slot *slot = state->first;
    uint32_t elapsed = now - state->origin;
    uint8_t due_count = 0;

    state->origin = now;
    for (; slot != NULL && slot->ahead <= elapsed; slot = slot->next) {
        elapsed -= slot->ahead;
        slot->ahead = 0;
        due_count++;
    }
    if (slot != NULL) {
        slot->ahead -= elapsed;
    }
    return due_count;
}

/* Behind its equals: who armed first is called first. */
static void insert(struct mux_alarm_state *state, struct mux_alarm_slot *slot,
                   uint32_t left)
{
    struct mux_alarm_slot **link = &state->first;

    while (*link != NULL && (*link)->ahead <= left) {
        left -= (*link)->ahead;
        link = &(*link)->next;
    }
    slot->ahead = left;
    slot->next = *link;
    if (slot->next != NULL) {
        slot->next->ahead -= left;
    }
    *link = slot;
}

/* The slot is in the list. */
static void take_out(struct mux_alarm_state *state, struct mux_alarm_slot *slot)
{
    struct mux_alarm_slot **link = &state->first;
    uint8_t place = 0;

    while (*link != slot) {
        link = &(*link)->next;
        place++;
    }
    *link = slot->next;
    if (slot->next != NULL) {
        slot->next->ahead += slot->ahead;
    }
    slot->deadline = NULL;
    if (place < state->to_call) {
        state->to_call--;
    }
}

/* The hardware is disarmed: its deadline is ours to change. */
static void program(const struct mux_alarm *self)
{
    struct mux_alarm_state *state = self->state;
    uint32_t ahead = state->first->ahead;

    state->hardware.client = &self->alarm_alarm_client;
    state->hardware.reference = state->origin;
    state->hardware.dt = ahead < MUX_ALARM_LEG_TICKS ? ahead : MUX_ALARM_LEG_TICKS;
    time_alarm_set(&self->alarm_alarm, &state->hardware);
}

static void reprogram(const struct mux_alarm *self)
{
    time_alarm_disarm(&self->alarm_alarm);
    if (self->state->first != NULL) {
        program(self);
    }
}

void mux_alarm_alarm_set(const struct time_alarm *port, struct time_deadline *deadline)
{
    const struct mux_alarm *self = port->owner;
    struct mux_alarm_state *state = self->state;
    struct mux_alarm_slot *slot = &self->slots[port->index];
    const struct mux_alarm_slot *head = state->first;
    uint32_t now = time_counter_now(&self->alarm_counter);
    uint32_t passed = now - deadline->reference;

    if (slot->deadline != NULL) {
        take_out(state, slot);
    }
    advance(state, now);
    slot->deadline = deadline;
    insert(state, slot, deadline->dt > passed ? deadline->dt - passed : 0);
    if (!state->firing && (head != state->first || head == slot)) {
        reprogram(self);
    }
}

void mux_alarm_alarm_disarm(const struct time_alarm *port)
{
    const struct mux_alarm *self = port->owner;
    struct mux_alarm_state *state = self->state;
    struct mux_alarm_slot *slot = &self->slots[port->index];
    const struct mux_alarm_slot *head = state->first;

    if (slot->deadline == NULL) {
        return;
    }
    take_out(state, slot);
    if (!state->firing && head != state->first) {
        reprogram(self);
    }
}

void mux_alarm_fired(const struct time_alarm_client *client,
                     struct time_deadline *deadline)
{
    const struct mux_alarm *self =
        container_of(client, struct mux_alarm, alarm_alarm_client);
    struct mux_alarm_state *state = self->state;

    (void)deadline; /* our only one */
    state->firing = true;
    state->to_call = advance(state, time_counter_now(&self->alarm_counter));
    while (state->to_call != 0) {
        struct mux_alarm_slot *slot = state->first;
        struct time_deadline *reached = slot->deadline;

        state->to_call--;
        state->first = slot->next;
        slot->deadline = NULL;
        time_alarm_fired(reached);
    }
    state->firing = false;
    if (state->first != NULL) {
        program(self);
    }
}

bool mux_alarm_check(const struct mux_alarm *self)
{
    const struct mux_alarm_state *state = self->state;
    uint32_t armed = 0;
    uint32_t listed = 0;

    for (uint8_t i = 0; i < self->slot_count; i++) {
        armed += self->slots[i].deadline != NULL;
    }
    for (const struct mux_alarm_slot *slot = state->first; slot != NULL;
         slot = slot->next) {
        if (slot->deadline == NULL || ++listed > armed) {
            return false;
        }
    }
    return listed == armed && state->to_call <= listed &&
           (state->firing || state->to_call == 0);
}

const struct time_alarm_ops mux_alarm_alarm_ops = {
    .alarm_set = mux_alarm_alarm_set,
    .alarm_disarm = mux_alarm_alarm_disarm,
};
