/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Turns on a transmitter: see the header, and virtualizers/turns.h for the order. */
#include "virtualizers/mux_uart.h"

#include "lib/container.h"

static enum err start(const void *mux, const struct turn *slot)
{
    const struct mux_uart *self = mux;
    struct uart_transmission *op = slot->op;

    op->client = &self->uart_client; /* the original is in the slot */
    enum err err = uart_transmit(&self->uart, op);
    if (err != OK) {
        op->client = slot->client;
    }
    return err;
}

static enum err cancel(const void *mux, void *op, enum cancel *outcome)
{
    const struct mux_uart *self = mux;

    return uart_transmit_cancel(&self->uart, op, outcome);
}

TURNS_CALL struct turns turns_of(const struct mux_uart *self)
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

enum err mux_uart_transmit(const struct uart_transmit *port,
                           struct uart_transmission *op)
{
    const struct turns turns = turns_of(port->owner);

    if (op->len == 0) {
        return ERR_SIZE;
    }
    return turns_start(&turns, port->index, op, op->client);
}

enum err mux_uart_transmit_cancel(const struct uart_transmit *port,
                                  struct uart_transmission *op, enum cancel *outcome)
{
    const struct turns turns = turns_of(port->owner);

    return turns_cancel(&turns, port->index, op, outcome);
}

void mux_uart_transmitted(const struct uart_transmit_client *client,
                          struct uart_transmission *op, enum err err)
{
    const struct turns turns =
        turns_of(container_of(client, struct mux_uart, uart_client));

    op->client = turns_done(&turns, op);
    uart_transmitted(op, err);
    turns_next(&turns);
}

void mux_uart_complete(const struct mux_uart *self)
{
    const struct turns turns = turns_of(self);
    uint32_t due = turns.state->ended;
    struct turn ended;

    while (turns_take_ended(&turns, &due, &ended)) {
        struct uart_transmission *op = ended.op;

        op->sent = 0; /* it never had its turn */
        uart_transmitted(op, ended.err);
    }
}

bool mux_uart_check(const struct mux_uart *self)
{
    const struct turns turns = turns_of(self);

    return turns_check(&turns, self->slot_count);
}

const struct uart_transmit_ops mux_uart_transmit_ops = {
    .transmit = mux_uart_transmit,
    .transmit_cancel = mux_uart_transmit_cancel,
};
