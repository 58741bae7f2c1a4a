/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The receive interrupts reach the line only for a reader, the transmit interrupt only for
 * a transmission, so that a polled report raises nothing.
 */
#include "chips/arm/pl011.h"

#include <stddef.h>

#define FLAGS_BUSY (1u << 3)
#define FLAGS_RX_EMPTY (1u << 4)
#define FLAGS_TX_FULL (1u << 5)

#define LINE_FIFOS (1u << 4)
#define LINE_8_BITS (3u << 5)

#define CONTROL_ENABLE (1u << 0)
#define CONTROL_TX (1u << 8)
#define CONTROL_RX (1u << 9)

#define FIFO_LEVELS 0u /* transmit: falls to 2; receive: rises to 2 */
#define FIFO_DEPTH 16u

#define INTERRUPT_RX (1u << 4 | 1u << 6) /* the level, or a pause of 32 bits */
#define INTERRUPT_TX (1u << 5)
#define INTERRUPT_ALL 0x7FFu

#define DIVISOR_MIN 64u       /* 1: the rate is the clock's 16th */
#define DIVISOR_MAX 0x3FFFC0u /* 65535 */

/* -- transmit ------------------------------------------------------------------------ */

static void send(const struct pl011 *self, struct uart_transmission *op)
{
    uint32_t room =
        FIFO_DEPTH; /* an endless FIFO, an emulator's, gets no more at once */

    while (room != 0 && op->sent < op->len &&
           (self->registers->flags & FLAGS_TX_FULL) == 0) {
        self->registers->data = op->data[op->sent++];
        room--;
    }
}

static void end_transmission_later(const struct pl011 *self,
                                   struct uart_transmission *op, enum err err)
{
    self->registers->mask &= ~INTERRUPT_TX;
    self->state->transmission = NULL;
    self->state->ended_transmission = op;
    self->state->transmission_err = err;
    deferred_set(&self->ended);
}

enum err pl011_transmit(const struct uart_transmit *port, struct uart_transmission *op)
{
    const struct pl011 *self = port->owner;
    struct pl011_state *state = self->state;

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
    self->registers->clear = INTERRUPT_TX;
    send(self, op);
    if (op->sent == op->len) {
        end_transmission_later(self, op, OK);
    } else { /* if the FIFO has drained meanwhile, that is recorded and comes now */
        self->registers->mask |= INTERRUPT_TX;
    }
    return OK;
}

enum err pl011_transmit_cancel(const struct uart_transmit *port,
                               struct uart_transmission *op, enum cancel *outcome)
{
    const struct pl011 *self = port->owner;
    struct pl011_state *state = self->state;

    if (op == NULL || (op != state->transmission && op != state->ended_transmission)) {
        return ERR_ALREADY;
    }
    *outcome = TOO_LATE;
    if (op == state->transmission) {
        end_transmission_later(self, op, ERR_CANCEL);
        *outcome = CANCELLED;
    }
    return OK;
}

static void transmit_interrupt(const struct pl011 *self)
{
    struct uart_transmission *op = self->state->transmission;

    self->registers->clear = INTERRUPT_TX;
    if (op == NULL) {
        return;
    }
    send(self, op);
    if (op->sent == op->len) {
        self->registers->mask &= ~INTERRUPT_TX;
        self->state->transmission = NULL;
        uart_transmitted(op, OK);
    }
}

/* -- receive ------------------------------------------------------------------------- */

/* Takes what is in the FIFO into the reception. True: it is full, and no longer the
 * current one. */
static bool take(const struct pl011 *self, struct uart_reception *op)
{
    while (op->received < op->len && (self->registers->flags & FLAGS_RX_EMPTY) == 0) {
        op->data[op->received++] = (uint8_t)self->registers->data;
    }
    if (op->received < op->len) {
        return false;
    }
    self->registers->mask &= ~INTERRUPT_RX;
    self->state->reception = NULL;
    return true;
}

static void end_reception_later(const struct pl011 *self, struct uart_reception *op,
                                enum err err)
{
    self->state->ended_reception = op;
    self->state->reception_err = err;
    deferred_set(&self->ended);
}

enum err pl011_receive(const struct uart_receive *port, struct uart_reception *op)
{
    const struct pl011 *self = port->owner;
    struct pl011_state *state = self->state;

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
    self->registers->clear = INTERRUPT_RX;
    self->registers->mask |= INTERRUPT_RX;
    if (take(self, op)) { /* what waited raises no interrupt any more */
        end_reception_later(self, op, OK);
    }
    return OK;
}

enum err pl011_receive_cancel(const struct uart_receive *port,
                              struct uart_reception *op, enum cancel *outcome)
{
    const struct pl011 *self = port->owner;
    struct pl011_state *state = self->state;

    if (op == NULL || (op != state->reception && op != state->ended_reception)) {
        return ERR_ALREADY;
    }
    *outcome = TOO_LATE;
    if (op != state->reception) {
        return OK;
    }
    /* What is in the FIFO was sent to this reader, never to the next one. */
    if (take(self, op)) {
        end_reception_later(self, op, OK);
        return OK;
    }
    self->registers->mask &= ~INTERRUPT_RX;
    state->reception = NULL;
    end_reception_later(self, op, ERR_CANCEL);
    *outcome = CANCELLED;
    return OK;
}

static void receive_interrupt(const struct pl011 *self)
{
    struct uart_reception *op = self->state->reception;

    self->registers->clear = INTERRUPT_RX;
    if (op != NULL && take(self, op)) {
        uart_received(op, OK);
    }
}

/* -- both ----------------------------------------------------------------------------- */

void pl011_interrupt(const struct pl011 *self)
{
    uint32_t due = self->registers->masked;

    /* Input first: it is what can be lost. Each looks afresh, for a callback may start. */
    if ((due & INTERRUPT_RX) != 0) {
        receive_interrupt(self);
    }
    if ((due & INTERRUPT_TX) != 0) {
        transmit_interrupt(self);
    }
}

void pl011_ended(const struct pl011 *self)
{
    struct pl011_state *state = self->state;
    struct uart_transmission *transmission = state->ended_transmission;
    struct uart_reception *reception = state->ended_reception;

    if (transmission != NULL) {
        state->ended_transmission = NULL;
        if (reception != NULL) { /* one completion a call, and that is its last act */
            deferred_set(&self->ended);
        }
        uart_transmitted(transmission, state->transmission_err);
    } else if (reception != NULL) {
        state->ended_reception = NULL;
        uart_received(reception, state->reception_err);
    }
}

/* -- settings ------------------------------------------------------------------------ */

static void start(const struct pl011 *self, uint32_t divisor)
{
    self->registers->control = 0;
    self->registers->divisor_whole = divisor >> 6;
    self->registers->divisor_64ths = divisor & 0x3Fu;
    self->registers->line = LINE_FIFOS | LINE_8_BITS;
    self->registers->control = CONTROL_ENABLE | CONTROL_TX | CONTROL_RX;
}

enum err pl011_configure(const struct uart_configure *port,
                         const struct uart_settings *settings)
{
    const struct pl011 *self = port->owner;
    uint32_t baud = settings->baud;

    if (baud == 0 || baud > self->input_hz / 16u) {
        return ERR_INVAL;
    }
    /* 4 input / baud, rounded, without leaving 32 bits. */
    uint32_t rest = self->input_hz % baud;
    uint32_t divisor = self->input_hz / baud * 4u + (rest * 4u + baud / 2u) / baud;
    if (divisor < DIVISOR_MIN || divisor > DIVISOR_MAX) {
        return ERR_INVAL;
    }
    if (self->state->transmission != NULL ||
        (self->registers->flags & FLAGS_BUSY) != 0) {
        return ERR_BUSY;
    }
    start(self, divisor);
    return OK;
}

/* -- polled -------------------------------------------------------------------------- */

void pl011_write_polled(const struct uart_polled *port, const char *text, uint32_t len)
{
    const struct pl011 *self = port->owner;

    if ((self->registers->control & CONTROL_ENABLE) == 0) { /* a report before init */
        start(self, self->divisor);
    }
    for (uint32_t i = 0; i < len; i++) {
        while ((self->registers->flags & FLAGS_TX_FULL) != 0) {
        }
        self->registers->data = (uint8_t)text[i];
    }
}

/* -- start ---------------------------------------------------------------------------- */

enum err pl011_init(const struct pl011 *self)
{
    self->registers->mask = 0;
    self->registers->clear = INTERRUPT_ALL;
    self->registers->fifo_levels = FIFO_LEVELS;
    start(self, self->divisor);
    return OK;
}

const struct uart_transmit_ops pl011_transmit_ops = {
    .transmit = pl011_transmit,
    .transmit_cancel = pl011_transmit_cancel,
};

const struct uart_receive_ops pl011_receive_ops = {
    .receive = pl011_receive,
    .receive_cancel = pl011_receive_cancel,
};

const struct uart_configure_ops pl011_configure_ops = {
    .configure = pl011_configure,
};

const struct uart_polled_ops pl011_polled_ops = {
    .write_polled = pl011_write_polled,
};
