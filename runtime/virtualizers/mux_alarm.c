/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Alarms of many: see the header, and virtualizers/deadlines.h for the list. */
#include "virtualizers/mux_alarm.h"

#include "lib/container.h"

DEADLINES_CALL struct deadlines deadlines_of(const struct mux_alarm *self)
{
    return (struct deadlines){
        .state = &self->state->deadlines,
        .alarm = &self->alarm_alarm,
        .client = &self->alarm_alarm_client,
    };
}

void mux_alarm_alarm_set(const struct time_alarm *port, struct time_deadline *deadline)
{
    const struct mux_alarm *self = port->owner;
    const struct deadlines deadlines = deadlines_of(self);
    struct mux_alarm_slot *slot = &self->slots[port->index];
    uint32_t now = time_counter_now(&self->alarm_counter);
    uint32_t passed = now - deadline->reference;
    bool armed = slot->deadline != NULL;

    slot->deadline = deadline;
    deadlines_arm(&deadlines, &slot->entry, armed, now,
                  deadline->dt > passed ? deadline->dt - passed : 0);
}

void mux_alarm_alarm_disarm(const struct time_alarm *port)
{
    const struct mux_alarm *self = port->owner;
    const struct deadlines deadlines = deadlines_of(self);
    struct mux_alarm_slot *slot = &self->slots[port->index];

    if (slot->deadline != NULL) {
        slot->deadline = NULL;
        deadlines_disarm(&deadlines, &slot->entry);
    }
}

void mux_alarm_fired(const struct time_alarm_client *client,
                     struct time_deadline *deadline)
{
    const struct mux_alarm *self =
        container_of(client, struct mux_alarm, alarm_alarm_client);
    const struct deadlines deadlines = deadlines_of(self);
    struct deadlines_entry *entry;

    (void)deadline; /* our only one */
    deadlines_begin(&deadlines, time_counter_now(&self->alarm_counter));
    while ((entry = deadlines_take(&deadlines)) != NULL) {
        struct mux_alarm_slot *slot = (void *)entry; /* its first member */
        struct time_deadline *reached = slot->deadline;

        slot->deadline = NULL;
        time_alarm_fired(reached);
    }
    deadlines_end(&deadlines);
}

bool mux_alarm_check(const struct mux_alarm *self)
{
    uint32_t armed = 0;

    for (uint8_t i = 0; i < self->slot_count; i++) {
        armed += self->slots[i].deadline != NULL;
    }
    return deadlines_check(&self->state->deadlines, armed);
}

const struct time_alarm_ops mux_alarm_alarm_ops = {
    .alarm_set = mux_alarm_alarm_set,
    .alarm_disarm = mux_alarm_alarm_disarm,
};
