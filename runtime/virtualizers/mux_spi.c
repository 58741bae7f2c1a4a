/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Turns on a bus: see the header, and virtualizers/turns.h for the order. */
#include "virtualizers/mux_spi.h"

#include "lib/container.h"

static enum err start(const void *mux, const struct turn *slot)
{
    const struct mux_spi *self = mux;
    struct spi_transfer *op = slot->op;

    op->client = &self->spi_client; /* the original is in the slot */
    enum err err = spi_transfer_forward(&self->spi, op);
    if (err != OK) {
        op->client = slot->client;
    }
    return err;
}

static enum err cancel(const void *mux, void *op, enum cancel *outcome)
{
    const struct mux_spi *self = mux;

    return spi_transfer_cancel_forward(&self->spi, op, outcome);
}

TURNS_CALL struct turns turns_of(const struct mux_spi *self)
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

enum err mux_spi_transfer(const struct spi_controller *port, struct spi_transfer *op)
{
    const struct mux_spi *self = port->owner;
    const struct mux_spi_state *state = self->state;
    const struct turns turns = turns_of(self);

    if (op->len == 0 ||
        (op->device == state->kept && state->chained == SPI_CHAIN_MAX)) {
        return ERR_SIZE;
    }
    return turns_start(&turns, port->index, op, op->client);
}

enum err mux_spi_transfer_cancel(const struct spi_controller *port,
                                 struct spi_transfer *op, enum cancel *outcome)
{
    const struct turns turns = turns_of(port->owner);

    return turns_cancel(&turns, port->index, op, outcome);
}

/* Whether what was started in the completion is for the device that is still selected. */
static bool go_on(const struct mux_spi *self, const struct turns *turns)
{
    const struct spi_transfer *next = self->slots[turns_holder(turns)].op;

    return next != NULL && next->device == self->state->kept && turns_again(turns);
}

void mux_spi_transferred(const struct spi_controller_client *client,
                         struct spi_transfer *op, enum err err)
{
    const struct mux_spi *self = container_of(client, struct mux_spi, spi_client);
    struct mux_spi_state *state = self->state;
    const struct turns turns = turns_of(self);
    bool keep = err == OK && op->keep_selected;

    if (keep) {
        state->kept = op->device;
        state->chained++;
    }
    op->client = turns_done(&turns, op);
    spi_transferred(op, err);
    if (!keep || !go_on(self, &turns)) {
        state->chained = 0;
        turns_next(&turns);
    }
}

void mux_spi_complete(const struct mux_spi *self)
{
    const struct turns turns = turns_of(self);
    uint32_t due = turns.state->ended;
    struct turn ended;

    while (turns_take_ended(&turns, &due, &ended)) {
        struct spi_transfer *op = ended.op;

        op->done_len = 0; /* it never had its turn */
        spi_transferred(op, ended.err);
    }
}

bool mux_spi_check(const struct mux_spi *self)
{
    const struct turns turns = turns_of(self);

    return turns_check(&turns, self->slot_count) &&
           self->state->chained <= SPI_CHAIN_MAX &&
           (self->state->chained == 0 || self->state->turns.arbiter.held);
}

const struct spi_controller_ops mux_spi_controller_ops = {
    .transfer = mux_spi_transfer,
    .transfer_cancel = mux_spi_transfer_cancel,
};
