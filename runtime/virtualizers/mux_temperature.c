/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Turns on a sensor: see the header, and virtualizers/turns.h for the order. */
#include "virtualizers/mux_temperature.h"

#include "lib/container.h"

static enum err start(const void *mux, const struct turn *slot)
{
    const struct mux_temperature *self = mux;
    struct temperature_reading *op = slot->op;

    op->client = &self->temperature_client; /* the original is in the slot */
    enum err err = temperature_measure(&self->temperature, op);
    if (err != OK) {
        op->client = slot->client;
    }
    return err;
}

static enum err cancel(const void *mux, void *op, enum cancel *outcome)
{
    const struct mux_temperature *self = mux;

    return temperature_measure_cancel(&self->temperature, op, outcome);
}

TURNS_CALL struct turns turns_of(const struct mux_temperature *self)
{
    return (struct turns){
        .state = &self->state->turns,
        .slots = self->slots,
        .complete = &self->complete,
        .mux = self,
        .start = start,
        .cancel = cancel,
    };
}

enum err mux_temperature_measure(const struct temperature_sensor *port,
                                 struct temperature_reading *op)
{
    const struct turns turns = turns_of(port->owner);

    return turns_start(&turns, port->index, op, op->client);
}

enum err mux_temperature_measure_cancel(const struct temperature_sensor *port,
                                        struct temperature_reading *op,
                                        enum cancel *outcome)
{
    const struct turns turns = turns_of(port->owner);

    return turns_cancel(&turns, port->index, op, outcome);
}

void mux_temperature_measured(const struct temperature_sensor_client *client,
                              struct temperature_reading *op, enum err err)
{
    const struct turns turns =
        turns_of(container_of(client, struct mux_temperature, temperature_client));

    op->client = turns_done(&turns, op);
    temperature_measured(op, err);
    turns_next(&turns);
}

void mux_temperature_complete(const struct mux_temperature *self)
{
    const struct turns turns = turns_of(self);
    uint32_t due = turns.state->ended;
    struct turn ended;

    while (turns_take_ended(&turns, &due, &ended)) {
        struct temperature_reading *op = ended.op;

        op->millicelsius = 0; /* it never had its turn */
        temperature_measured(op, ended.err);
    }
}

bool mux_temperature_check(const struct mux_temperature *self)
{
    const struct turns turns = turns_of(self);

    return turns_check(&turns, self->slot_count);
}

const struct temperature_sensor_ops mux_temperature_sensor_ops = {
    .measure = mux_temperature_measure,
    .measure_cancel = mux_temperature_measure_cancel,
};
