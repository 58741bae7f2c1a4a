/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A slot with an op is queued (its bit waits in the arbiter), active (the arbiter's last,
 * held) or ended (its bit in state->ended: cancelled while queued, or refused by the
 * hardware when its turn came after its start had said OK).
 */
#include "virtualizers/mux_uart.h"

#include "lib/assert.h"
#include "lib/container.h"

static enum err forward(const struct mux_uart *self, struct mux_uart_slot *slot)
{
    slot->op->client = &self->uart_client; /* the original is in the slot */
    return uart_transmit(&self->uart, slot->op);
}

static struct uart_transmission *slot_release(struct mux_uart_slot *slot)
{
    struct uart_transmission *op = slot->op;

    op->client = slot->client;
    slot->op = NULL;
    return op;
}

static void end_later(const struct mux_uart *self, uint8_t index, enum err err)
{
    self->slots[index].op->sent = 0;
    self->slots[index].err = err;
    self->state->ended |= UINT32_C(1) << index;
    deferred_set(&self->complete);
}

/* Each turn takes one out of waiting. */
static void start_next(const struct mux_uart *self)
{
    while (arbiter_pass(&self->state->transmit)) {
        uint8_t index = self->state->transmit.last;
        enum err err = forward(self, &self->slots[index]);
        if (err == OK) {
            return;
        }
        end_later(self, index, err);
    }
}

enum err mux_uart_transmit(const struct uart_transmit *port,
                           struct uart_transmission *op)
{
    const struct mux_uart *self = port->owner;
    struct mux_uart_slot *slot = &self->slots[port->index];
    enum err err = OK;

    if (op->len == 0) {
        return ERR_SIZE;
    }
    if (slot->op != NULL) {
        return ERR_BUSY;
    }
    slot->op = op;
    slot->client = op->client;
    if (arbiter_take(&self->state->transmit, port->index)) { /* else queued */
        err = forward(self, slot);
        if (err != OK) {
            slot_release(slot);
            start_next(self);
        }
    }
    return err;
}

enum err mux_uart_transmit_cancel(const struct uart_transmit *port,
                                  struct uart_transmission *op, enum cancel *outcome)
{
    const struct mux_uart *self = port->owner;

    if (op == NULL || self->slots[port->index].op != op) {
        return ERR_ALREADY;
    }
    if ((self->state->ended >> port->index & 1u) != 0) {
        *outcome = TOO_LATE;
        return OK;
    }
    if (arbiter_drop(&self->state->transmit, port->index)) {
        end_later(self, port->index, ERR_CANCEL);
        *outcome = CANCELLED;
        return OK;
    }
    return uart_transmit_cancel(&self->uart, op, outcome);
}

void mux_uart_transmitted(const struct uart_transmit_client *client,
                          struct uart_transmission *op, enum err err)
{
    const struct mux_uart *self = container_of(client, struct mux_uart, uart_client);
    struct mux_uart_slot *slot = &self->slots[self->state->transmit.last];

    ASSERT(slot->op == op);
    uart_transmitted(slot_release(slot), err); /* still held: a start in there queues */
    start_next(self);
}

void mux_uart_complete(const struct mux_uart *self)
{
    /* What ends inside these callbacks has set the deferred call again. */
    uint32_t due = self->state->ended;

    while (due != 0) {
        uint32_t index = (uint32_t)__builtin_ctz(due);
        struct mux_uart_slot *slot = &self->slots[index];

        due &= due - 1;
        self->state->ended &= ~(UINT32_C(1) << index);
        enum err err = slot->err;
        uart_transmitted(slot_release(slot), err);
    }
}

bool mux_uart_check(const struct mux_uart *self)
{
    const struct mux_uart_state *state = self->state;
    const struct arbiter *arbiter = &state->transmit;
    uint32_t outstanding = 0;

    for (uint8_t i = 0; i < self->slot_count; i++) {
        if (self->slots[i].op != NULL) {
            outstanding |= UINT32_C(1) << i;
        }
    }
    uint32_t explained = arbiter->waiting | state->ended;
    if (arbiter->held) {
        explained |= UINT32_C(1) << arbiter->last;
    }
    return arbiter_check(arbiter) && (arbiter->waiting & state->ended) == 0 &&
           ((arbiter->waiting | state->ended) & ~outstanding) == 0 &&
           (outstanding & ~explained) == 0;
}

const struct uart_transmit_ops mux_uart_transmit_ops = {
    .transmit = mux_uart_transmit,
    .transmit_cancel = mux_uart_transmit_cancel,
};
