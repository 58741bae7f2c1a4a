/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A linked list by index: arming is linear in the armed clients, an event in those due. */
#include "virtualizers/mux_alarm.h"

#include "lib/container.h"

/* Moves the origin to now, elapsed ticks on. What is due is 0 from now on, in the same
 * order; returns how many those are. */
static uint8_t rebase(const struct mux_alarm *self, uint32_t elapsed)
{
    uint8_t due_count = 0;

    self->state->origin += elapsed;
    for (uint8_t link = self->state->first; link != 0;) {
        struct mux_alarm_slot *slot = &self->slots[link - 1u];
        if (slot->due > elapsed) {
            slot->due -= elapsed;
        } else {
            slot->due = 0;
            due_count++;
        }
        link = slot->next;
    }
    return due_count;
}

/* Behind its equals: who armed first is called first. */
static void insert(const struct mux_alarm *self, uint8_t index)
{
    struct mux_alarm_slot *slot = &self->slots[index];
    uint8_t *link = &self->state->first;

    while (*link != 0 && self->slots[*link - 1u].due <= slot->due) {
        link = &self->slots[*link - 1u].next;
    }
    slot->next = *link;
    *link = (uint8_t)(index + 1u);
}

/* The slot is in the list. */
static void take_out(const struct mux_alarm *self, uint8_t index)
{
    struct mux_alarm_state *state = self->state;
    uint8_t *link = &state->first;
    uint8_t place = 0;

    while (*link != index + 1u) {
        link = &self->slots[*link - 1u].next;
        place++;
    }
    *link = self->slots[index].next;
    self->slots[index].deadline = NULL;
    if (place < state->to_call) {
        state->to_call--;
    }
}

/* The hardware is disarmed: its deadline is ours to change. */
static void program(const struct mux_alarm *self)
{
    struct mux_alarm_state *state = self->state;
    uint32_t due = self->slots[state->first - 1u].due;

    state->hardware.client = &self->alarm_alarm_client;
    state->hardware.reference = state->origin;
    state->hardware.dt = due < MUX_ALARM_LEG_TICKS ? due : MUX_ALARM_LEG_TICKS;
    time_alarm_set(&self->alarm_alarm, &state->hardware);
}

static void reprogram(const struct mux_alarm *self)
{
    time_alarm_disarm(&self->alarm_alarm);
    if (self->state->first != 0) {
        program(self);
    }
}

void mux_alarm_alarm_set(const struct time_alarm *port, struct time_deadline *deadline)
{
    const struct mux_alarm *self = port->owner;
    struct mux_alarm_state *state = self->state;
    struct mux_alarm_slot *slot = &self->slots[port->index];
    uint8_t head = state->first;
    uint32_t now = time_counter_now(&self->alarm_counter);
    uint32_t passed = now - deadline->reference;
    uint32_t left = deadline->dt > passed ? deadline->dt - passed : 0;

    if (slot->deadline != NULL) {
        take_out(self, port->index);
    }
    if (state->first == 0) {
        state->origin = now;
    }
    uint32_t elapsed = now - state->origin;
    if (left > UINT32_MAX - elapsed) {
        rebase(self, elapsed);
        elapsed = 0;
        head = 0; /* the origin has moved, so the hardware's reference must */
    }
    slot->deadline = deadline;
    slot->due = elapsed + left;
    insert(self, port->index);
    if (!state->firing && (head != state->first || head == port->index + 1u)) {
        reprogram(self);
    }
}

void mux_alarm_alarm_disarm(const struct time_alarm *port)
{
    const struct mux_alarm *self = port->owner;
    uint8_t head = self->state->first;

    if (self->slots[port->index].deadline == NULL) {
        return;
    }
    take_out(self, port->index);
    if (!self->state->firing && head != self->state->first) {
        reprogram(self);
    }
}

void mux_alarm_fired(const struct time_alarm_client *client,
                     struct time_deadline *deadline)
{
    const struct mux_alarm *self =
        container_of(client, struct mux_alarm, alarm_alarm_client);
    struct mux_alarm_state *state = self->state;

    state->firing = true;
    state->to_call =
        rebase(self, time_counter_now(&self->alarm_counter) - deadline->reference);
    while (state->to_call != 0) {
        struct mux_alarm_slot *slot = &self->slots[state->first - 1u];
        struct time_deadline *reached = slot->deadline;

        state->to_call--;
        state->first = slot->next;
        slot->deadline = NULL;
        time_alarm_fired(reached);
    }
    state->firing = false;
    if (state->first != 0) {
        program(self);
    }
}

bool mux_alarm_check(const struct mux_alarm *self)
{
    const struct mux_alarm_state *state = self->state;
    uint32_t armed = 0;
    uint32_t listed = 0;
    uint32_t due = 0;

    for (uint8_t i = 0; i < self->slot_count; i++) {
        armed += self->slots[i].deadline != NULL;
    }
    for (uint8_t link = state->first; link != 0; link = self->slots[link - 1u].next) {
        const struct mux_alarm_slot *slot = &self->slots[link - 1u];
        if (slot->deadline == NULL || slot->due < due || ++listed > armed) {
            return false;
        }
        due = slot->due;
    }
    return listed == armed && state->to_call <= listed &&
           (state->firing || state->to_call == 0);
}

const struct time_alarm_ops mux_alarm_alarm_ops = {
    .alarm_set = mux_alarm_alarm_set,
    .alarm_disarm = mux_alarm_alarm_disarm,
};
