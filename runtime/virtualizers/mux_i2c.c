/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Turns on a bus: see the header, and virtualizers/turns.h for the order. */
#include "virtualizers/mux_i2c.h"

#include "lib/container.h"

static enum err start(const void *mux, const struct turn *slot)
{
    const struct mux_i2c *self = mux;
    struct i2c_transfer *op = slot->op;

    op->client = &self->i2c_client; /* the original is in the slot */
    enum err err = i2c_transfer_forward(&self->i2c, op);
    if (err != OK) {
        op->client = slot->client;
    }
    return err;
}

static enum err cancel(const void *mux, void *op, enum cancel *outcome)
{
    const struct mux_i2c *self = mux;

    return i2c_transfer_cancel_forward(&self->i2c, op, outcome);
}

TURNS_CALL struct turns turns_of(const struct mux_i2c *self)
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

enum err mux_i2c_transfer(const struct i2c_controller *port, struct i2c_transfer *op)
{
    const struct turns turns = turns_of(port->owner);

    if (op->tx_len == 0 && op->rx_len == 0) {
        return ERR_SIZE;
    }
    return turns_start(&turns, port->index, op, op->client);
}

enum err mux_i2c_transfer_cancel(const struct i2c_controller *port,
                                 struct i2c_transfer *op, enum cancel *outcome)
{
    const struct turns turns = turns_of(port->owner);

    return turns_cancel(&turns, port->index, op, outcome);
}

void mux_i2c_transferred(const struct i2c_controller_client *client,
                         struct i2c_transfer *op, enum err err)
{
    const struct turns turns =
        turns_of(container_of(client, struct mux_i2c, i2c_client));

    op->client = turns_done(&turns, op);
    i2c_transferred(op, err);
    turns_next(&turns);
}

void mux_i2c_complete(const struct mux_i2c *self)
{
    const struct turns turns = turns_of(self);
    uint32_t due = turns.state->ended;
    struct turn ended;

    while (turns_take_ended(&turns, &due, &ended)) {
        struct i2c_transfer *op = ended.op;

        op->done_len = 0; /* it never had its turn */
        op->detail = I2C_DETAIL_NONE;
        i2c_transferred(op, ended.err);
    }
}

bool mux_i2c_check(const struct mux_i2c *self)
{
    const struct turns turns = turns_of(self);

    return turns_check(&turns, self->slot_count);
}

const struct i2c_controller_ops mux_i2c_controller_ops = {
    .transfer = mux_i2c_transfer,
    .transfer_cancel = mux_i2c_transfer_cancel,
};
