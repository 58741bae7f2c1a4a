/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A command moves one byte; its interrupt starts the next. Two ends come without one and
 * are looked at from the deferred call: that of a stop on its own, and, in an emulator,
 * that of a start that no device answers.
 */
#include "chips/lm3s/lm3s_i2c.h"

#include <stddef.h>

#define COMMAND_RUN (1u << 0)
#define COMMAND_START (1u << 1)
#define COMMAND_STOP (1u << 2)
#define COMMAND_ACK (1u << 3) /* the byte that is read */

#define STATUS_BUSY (1u << 0) /* while it is set, the others say nothing */
#define STATUS_ERROR (1u << 1)
#define STATUS_ADDRESS (1u << 2) /* not acknowledged */
#define STATUS_DATA (1u << 3)    /* not acknowledged */
#define STATUS_LOST (1u << 4)    /* arbitration */

#define CONFIG_CONTROLLER (1u << 4)
#define INTERRUPT (1u << 0)
#define LOOKS_MAX 255u /* a stop takes a bit, which is less */

static bool failed(uint32_t status)
{
    return (status & (STATUS_BUSY | STATUS_ERROR)) == STATUS_ERROR;
}

static void complete(const struct lm3s_i2c *self, enum err err)
{
    struct lm3s_i2c_state *state = self->state;
    struct i2c_transfer *op = state->transfer;

    state->transfer = NULL;
    state->stopping = false;
    i2c_transferred(op, state->cancelled ? ERR_CANCEL : err);
}

/* Frees the bus, then completes. */
static void stop(const struct lm3s_i2c *self, enum err err)
{
    self->state->stopping = true;
    self->state->looks = 0;
    self->state->err = (uint8_t)err;
    self->registers->control = COMMAND_STOP;
    deferred_set(&self->ended);
}

static void command(const struct lm3s_i2c *self, uint32_t bits)
{
    self->registers->control = COMMAND_RUN | bits;
    if (failed(self->registers->control)) {
        deferred_set(&self->ended);
    }
}

static void address(const struct lm3s_i2c *self, bool read)
{
    uint32_t device = self->state->transfer->device->address;

    self->registers->address = device << 1 | (read ? 1u : 0u);
}

/* The byte whose number is done_len: those written count first. */
static void next_byte(const struct lm3s_i2c *self)
{
    struct lm3s_i2c_state *state = self->state;
    const struct i2c_transfer *op = state->transfer;
    uint32_t number = op->done_len;
    uint32_t after = number + 1;
    bool starts = number == 0 || number == op->tx_len;
    uint32_t bits = starts ? COMMAND_START : 0;

    state->last = after == (uint32_t)op->tx_len + op->rx_len;
    if (starts) {
        address(self, number == op->tx_len);
    }
    if (number < op->tx_len) {
        self->registers->data = op->tx[number];
        if (state->last || (after == op->tx_len && !self->repeated_start)) {
            bits |= COMMAND_STOP;
        }
    } else {
        state->last |= state->cancelled; /* not acknowledged, or no stop could follow */
        bits |= state->last ? COMMAND_STOP : COMMAND_ACK;
    }
    command(self, bits);
}

/* After a byte that was moved. */
static void go_on(const struct lm3s_i2c *self)
{
    struct lm3s_i2c_state *state = self->state;
    struct i2c_transfer *op = state->transfer;

    if (op->done_len >= op->tx_len) {
        op->rx[op->done_len - op->tx_len] = (uint8_t)self->registers->data;
    }
    op->done_len++;
    if (state->last || (state->cancelled && op->done_len == op->tx_len &&
                        !self->repeated_start)) { /* has had its stop */
        complete(self, OK);
    } else if (state->cancelled && op->done_len <= op->tx_len) {
        stop(self, ERR_CANCEL);
    } else {
        next_byte(self);
    }
}

static void end_failed(const struct lm3s_i2c *self, uint32_t status)
{
    struct i2c_transfer *op = self->state->transfer;

    if ((status & STATUS_LOST) != 0) { /* the bus is another's */
        op->detail = I2C_DETAIL_ARBITRATION;
        complete(self, ERR_FAIL);
        return;
    }
    op->detail = (status & STATUS_ADDRESS) != 0 ? I2C_DETAIL_ADDRESS : I2C_DETAIL_DATA;
    stop(self, ERR_NOACK);
}

enum err lm3s_i2c_transfer(const struct i2c_controller *port, struct i2c_transfer *op)
{
    const struct lm3s_i2c *self = port->owner;
    struct lm3s_i2c_state *state = self->state;

    if (op->tx_len == 0 && op->rx_len == 0) {
        return ERR_SIZE;
    }
    if (op->client == NULL || (uint32_t)op->tx_len + op->rx_len > UINT16_MAX) {
        return ERR_INVAL;
    }
    if (state->transfer != NULL) {
        return ERR_BUSY;
    }
    if ((self->registers->control & STATUS_BUSY) != 0) {
        return ERR_FAIL; /* a stop never came through: a line is stuck */
    }
    state->transfer = op;
    state->cancelled = false;
    op->done_len = 0;
    op->detail = I2C_DETAIL_NONE;
    self->registers->clear = INTERRUPT;
    next_byte(self);
    return OK;
}

enum err lm3s_i2c_transfer_cancel(const struct i2c_controller *port,
                                  struct i2c_transfer *op, enum cancel *outcome)
{
    const struct lm3s_i2c *self = port->owner;
    struct lm3s_i2c_state *state = self->state;

    if (op == NULL || op != state->transfer) {
        return ERR_ALREADY;
    }
    if (state->cancelled || state->stopping || state->last) {
        *outcome = TOO_LATE;
    } else {
        state->cancelled = true;
        *outcome = CANCELLED;
    }
    return OK;
}

void lm3s_i2c_interrupt(const struct lm3s_i2c *self)
{
    struct lm3s_i2c_state *state = self->state;

    if ((self->registers->raw & INTERRUPT) == 0) {
        return;
    }
    self->registers->clear = INTERRUPT;
    uint32_t status = self->registers->control;
    if (state->transfer == NULL || state->stopping || (status & STATUS_BUSY) != 0) {
        return; /* stale, or of the stop on its own */
    }
    if (failed(status)) {
        end_failed(self, status);
    } else {
        go_on(self);
    }
}

void lm3s_i2c_ended(const struct lm3s_i2c *self)
{
    struct lm3s_i2c_state *state = self->state;
    uint32_t status = self->registers->control;

    if (state->transfer == NULL) {
        return; /* the interrupt came after all */
    }
    if (!state->stopping) {
        if (failed(status) && (self->registers->raw & INTERRUPT) == 0) {
            state->transfer->detail = I2C_DETAIL_ADDRESS;
            complete(self, ERR_NOACK);
        }
    } else if ((status & STATUS_BUSY) == 0) {
        complete(self, (enum err)state->err);
    } else if (state->looks < LOOKS_MAX) {
        state->looks++;
        deferred_set(&self->ended);
    } else {
        state->transfer->detail = I2C_DETAIL_STUCK;
        complete(self, ERR_FAIL);
    }
}

enum err lm3s_i2c_init(const struct lm3s_i2c *self)
{
    self->registers->config = CONFIG_CONTROLLER;
    self->registers->period = self->period;
    self->registers->clear = INTERRUPT;
    self->registers->mask = INTERRUPT;
    return OK;
}

const struct i2c_controller_ops lm3s_i2c_controller_ops = {
    .transfer = lm3s_i2c_transfer,
    .transfer_cancel = lm3s_i2c_transfer_cancel,
};
