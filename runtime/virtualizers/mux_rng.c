/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Turns on a source: see the header, and virtualizers/turns.h for the order. */
#include "virtualizers/mux_rng.h"

#include "lib/container.h"

static enum err start(const void *mux, const struct turn *slot)
{
    const struct mux_rng *self = mux;
    struct rng_request *op = slot->op;

    op->client = &self->rng_client; /* the original is in the slot */
    enum err err = rng_fill(&self->rng, op);
    if (err != OK) {
        op->client = slot->client;
    }
    return err;
}

static enum err cancel(const void *mux, void *op, enum cancel *outcome)
{
    const struct mux_rng *self = mux;

    return rng_fill_cancel(&self->rng, op, outcome);
}

TURNS_CALL struct turns turns_of(const struct mux_rng *self)
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

enum err mux_rng_fill(const struct rng_bytes *port, struct rng_request *op)
{
    const struct turns turns = turns_of(port->owner);

    if (op->len == 0) {
        return ERR_SIZE;
    }
    return turns_start(&turns, port->index, op, op->client);
}

enum err mux_rng_fill_cancel(const struct rng_bytes *port, struct rng_request *op,
                             enum cancel *outcome)
{
    const struct turns turns = turns_of(port->owner);

    return turns_cancel(&turns, port->index, op, outcome);
}

void mux_rng_filled(const struct rng_bytes_client *client, struct rng_request *op,
                    enum err err)
{
    const struct turns turns =
        turns_of(container_of(client, struct mux_rng, rng_client));

    op->client = turns_done(&turns, op);
    rng_filled(op, err);
    turns_next(&turns);
}

void mux_rng_complete(const struct mux_rng *self)
{
    const struct turns turns = turns_of(self);
    uint32_t due = turns.state->ended;
    struct turn ended;

    while (turns_take_ended(&turns, &due, &ended)) {
        struct rng_request *op = ended.op;

        op->filled = 0; /* it never had its turn */
        rng_filled(op, ended.err);
    }
}

bool mux_rng_check(const struct mux_rng *self)
{
    const struct turns turns = turns_of(self);

    return turns_check(&turns, self->slot_count);
}

const struct rng_bytes_ops mux_rng_bytes_ops = {
    .fill = mux_rng_fill,
    .fill_cancel = mux_rng_fill_cancel,
};
