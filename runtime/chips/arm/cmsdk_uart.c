/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The transmit interrupt stays enabled: the hardware latches "buffer became empty" only
 * then, and a byte of the polled writer may be the one whose end a transmission awaits.
 * The receive interrupt is enabled only for a reader, so that nobody's input costs nothing.
 */
#include "chips/arm/cmsdk_uart.h"

#include <stddef.h>

#define STATE_TX_FULL (1u << 0)
#define STATE_RX_FULL (1u << 1)

#define CTRL_TX (1u << 0)
#define CTRL_RX (1u << 1)
#define CTRL_TX_INTERRUPT (1u << 2)
#define CTRL_RX_INTERRUPT (1u << 3)
#define CTRL_IDLE (CTRL_TX | CTRL_RX | CTRL_TX_INTERRUPT)

#define INTERRUPT_TX (1u << 0)
#define INTERRUPT_RX (1u << 1)
#define INTERRUPT_ALL 0xFu /* with both overruns */

#define DIVISOR_MIN 16u
#define DIVISOR_MAX 0xFFFFFu

/* -- transmit ------------------------------------------------------------------------ */

/* While the buffer is full, whoever filled it, its end raises the interrupt. */
static void send(const struct cmsdk_uart *self, struct uart_transmission *op)
{
    if ((self->registers->state & STATE_TX_FULL) == 0) {
        self->registers->data = op->data[op->sent++];
    }
}

enum err cmsdk_uart_transmit(const struct uart_transmit *port,
                             struct uart_transmission *op)
{
    const struct cmsdk_uart *self = port->owner;
    struct cmsdk_uart_state *state = self->state;

    if (op->len == 0) {
        return ERR_SIZE;
    }
    if (op->client == NULL) {
        return ERR_INVAL;
    }
    if (state->transmission != NULL || state->ended_transmission != NULL) {
        return ERR_BUSY;
    }
    op->sent = 0;
    state->transmission = op;
    self->registers->interrupt = INTERRUPT_TX;
    send(self, op);
    return OK;
}

enum err cmsdk_uart_transmit_cancel(const struct uart_transmit *port,
                                    struct uart_transmission *op, enum cancel *outcome)
{
    const struct cmsdk_uart *self = port->owner;
    struct cmsdk_uart_state *state = self->state;

    if (op == NULL || (op != state->transmission && op != state->ended_transmission)) {
        return ERR_ALREADY;
    }
    *outcome = TOO_LATE;
    if (op == state->transmission && op->sent < op->len) {
        state->transmission = NULL;
        state->ended_transmission = op;
        deferred_set(&self->ended);
        *outcome = CANCELLED;
    }
    return OK;
}

void cmsdk_uart_tx_interrupt(const struct cmsdk_uart *self)
{
    struct uart_transmission *op = self->state->transmission;

    if ((self->registers->interrupt & INTERRUPT_TX) == 0) {
        return;
    }
    self->registers->interrupt = INTERRUPT_TX;
    if (op == NULL) {
        return; /* the polled writer's byte, or the last one before a cancel */
    }
    if (op->sent < op->len) {
        send(self, op);
    } else if ((self->registers->state & STATE_TX_FULL) == 0) {
        self->state->transmission = NULL;
        uart_transmitted(op, OK);
    }
}

/* -- receive ------------------------------------------------------------------------- */

/* Takes the byte that is there into the reception. True: that filled it, and it is no
 * longer the current one. */
static bool take(const struct cmsdk_uart *self, struct uart_reception *op)
{
    if ((self->registers->state & STATE_RX_FULL) == 0) {
        return false;
    }
    bool last = op->received + 1u == op->len;
    if (last) { /* before the access: the next byte must not raise anything */
        self->registers->ctrl = CTRL_IDLE;
        self->state->reception = NULL;
    }
    op->data[op->received++] = (uint8_t)self->registers->data;
    return last;
}

static void end_reception_later(const struct cmsdk_uart *self,
                                struct uart_reception *op)
{
    self->state->ended_reception = op;
    deferred_set(&self->ended);
}

enum err cmsdk_uart_receive(const struct uart_receive *port, struct uart_reception *op)
{
    const struct cmsdk_uart *self = port->owner;
    struct cmsdk_uart_state *state = self->state;

    if (op->len == 0) {
        return ERR_SIZE;
    }
    if (op->client == NULL) {
        return ERR_INVAL;
    }
    if (state->reception != NULL || state->ended_reception != NULL) {
        return ERR_BUSY;
    }
    op->received = 0;
    state->reception = op;
    self->registers->ctrl = CTRL_IDLE | CTRL_RX_INTERRUPT;
    if (take(self, op)) { /* a byte that waited raises no interrupt any more */
        end_reception_later(self, op);
    }
    return OK;
}

enum err cmsdk_uart_receive_cancel(const struct uart_receive *port,
                                   struct uart_reception *op, enum cancel *outcome)
{
    const struct cmsdk_uart *self = port->owner;
    struct cmsdk_uart_state *state = self->state;

    if (op == NULL || (op != state->reception && op != state->ended_reception)) {
        return ERR_ALREADY;
    }
    *outcome = TOO_LATE;
    if (op == state->reception) {
        /* What is in the buffer was sent to this reader, never to the next one. */
        if (!take(self, op)) {
            self->registers->ctrl = CTRL_IDLE;
            state->reception = NULL;
            *outcome = CANCELLED;
        }
        end_reception_later(self, op);
    }
    return OK;
}

void cmsdk_uart_rx_interrupt(const struct cmsdk_uart *self)
{
    struct uart_reception *op = self->state->reception;

    if ((self->registers->interrupt & INTERRUPT_RX) == 0) {
        return;
    }
    self->registers->interrupt = INTERRUPT_RX;
    if (op != NULL && take(self, op)) {
        uart_received(op, OK);
    }
}

void cmsdk_uart_ended(const struct cmsdk_uart *self)
{
    struct cmsdk_uart_state *state = self->state;
    struct uart_transmission *transmission = state->ended_transmission;
    struct uart_reception *reception = state->ended_reception;

    if (transmission != NULL) {
        state->ended_transmission = NULL;
        if (reception != NULL) { /* one completion a call, and that is its last act */
            deferred_set(&self->ended);
        }
        uart_transmitted(transmission, ERR_CANCEL);
    } else if (reception != NULL) {
        state->ended_reception = NULL;
        uart_received(reception,
                      reception->received == reception->len ? OK : ERR_CANCEL);
    }
}

/* -- settings ------------------------------------------------------------------------ */

enum err cmsdk_uart_configure(const struct uart_configure *port,
                              const struct uart_settings *settings)
{
    const struct cmsdk_uart *self = port->owner;
    uint32_t baud = settings->baud;

    if (baud == 0 || baud > self->input_hz / DIVISOR_MIN) {
        return ERR_INVAL;
    }
    uint32_t divisor = (self->input_hz + baud / 2) / baud;
    if (divisor > DIVISOR_MAX) {
        return ERR_INVAL;
    }
    if (self->state->transmission != NULL ||
        (self->registers->state & STATE_TX_FULL) != 0) {
        return ERR_BUSY;
    }
    self->registers->divisor = divisor;
    return OK;
}

/* -- polled -------------------------------------------------------------------------- */

void cmsdk_uart_write_polled(const struct uart_polled *port, const char *text,
                             uint32_t len)
{
    const struct cmsdk_uart *self = port->owner;

    if ((self->registers->ctrl & CTRL_TX) == 0) { /* a report before init */
        self->registers->divisor = self->divisor;
        self->registers->ctrl = CTRL_TX;
    }
    for (uint32_t i = 0; i < len; i++) {
        while ((self->registers->state & STATE_TX_FULL) != 0) {
        }
        self->registers->data = (uint8_t)text[i];
    }
}

/* -- start ---------------------------------------------------------------------------- */

enum err cmsdk_uart_init(const struct cmsdk_uart *self)
{
    self->registers->divisor = self->divisor;
    self->registers->interrupt = INTERRUPT_ALL;
    self->registers->ctrl = CTRL_IDLE;
    return OK;
}

const struct uart_transmit_ops cmsdk_uart_transmit_ops = {
    .transmit = cmsdk_uart_transmit,
    .transmit_cancel = cmsdk_uart_transmit_cancel,
};

const struct uart_receive_ops cmsdk_uart_receive_ops = {
    .receive = cmsdk_uart_receive,
    .receive_cancel = cmsdk_uart_receive_cancel,
};

const struct uart_configure_ops cmsdk_uart_configure_ops = {
    .configure = cmsdk_uart_configure,
};

const struct uart_polled_ops cmsdk_uart_polled_ops = {
    .write_polled = cmsdk_uart_write_polled,
};
