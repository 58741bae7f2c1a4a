/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * While bytes are left to send, the interrupt is that of a FIFO with room; from then on it
 * is that of bytes to take back, or, for the last few, that none has followed for a while.
 */
#include "chips/arm/pl022.h"

#include <stddef.h>

#define FORMAT_8_BITS 7u
#define FORMAT_MODE_SHIFT 6u
#define FORMAT_RATE_SHIFT 8u
#define FORMAT_RATE_MAX 256u /* what it divides by, in the register less one */

#define CONTROL_ENABLE (1u << 1)

#define STATUS_RX_HELD (1u << 2)

#define PRESCALE_MAX 254u

#define INTERRUPT_RX (1u << 1 | 1u << 2) /* a pause of 32 bits, or half full */
#define INTERRUPT_TX (1u << 3)           /* half empty */
#define INTERRUPT_CLEARABLE 3u

#define FIFO_DEPTH 8u

/* -- the device ----------------------------------------------------------------------- */

static void device_select(const struct spi_device *device, bool selected)
{
    if (device->chip_select != NULL) {
        gpio_pin_write(device->chip_select, !selected);
    }
}

/* Applies what the device asks for, its rate rounded down. */
static enum err device_apply(const struct pl022 *self, const struct spi_device *device)
{
    if (device->rate_hz == 0 || device->mode > 3) {
        return ERR_INVAL;
    }
    uint32_t divisor = (self->input_hz - 1) / device->rate_hz + 1;
    uint32_t prescale = 2 * ((divisor - 1) / (2 * FORMAT_RATE_MAX) + 1);
    if (prescale > PRESCALE_MAX) {
        return ERR_INVAL;
    }
    uint32_t fine = (divisor - 1) / prescale;
    uint32_t polarity = device->mode >> 1;
    uint32_t phase = device->mode & 1u;

    self->registers->control = 0;
    self->registers->prescale = prescale;
    self->registers->format = FORMAT_8_BITS |
                              (polarity | phase << 1) << FORMAT_MODE_SHIFT |
                              fine << FORMAT_RATE_SHIFT;
    self->registers->control = CONTROL_ENABLE;
    return OK;
}

/* -- a transfer ----------------------------------------------------------------------- */

static void take_back(const struct pl022 *self, struct spi_transfer *op)
{
    while (op->done_len < self->state->sent &&
           (self->registers->status & STATUS_RX_HELD) != 0) {
        uint8_t byte = (uint8_t)self->registers->data;

        if (op->rx != NULL) {
            op->rx[op->done_len] = byte;
        }
        op->done_len++;
    }
}

/* Takes back what is there and fills the FIFO once. True: the transfer is over. */
static bool go_on(const struct pl022 *self, struct spi_transfer *op)
{
    struct pl022_state *state = self->state;

    take_back(self, op);
    while (!state->cancelled && state->sent < op->len &&
           state->sent - op->done_len < (int)FIFO_DEPTH) {
        self->registers->data = op->tx == NULL ? 0xFFu : op->tx[state->sent];
        state->sent++;
    }
    take_back(self, op); /* an emulator's answers are there, and interrupt no more */
    if (op->done_len == state->sent && (state->cancelled || state->sent == op->len)) {
        self->registers->mask = 0;
        return true;
    }
    self->registers->mask =
        state->cancelled || state->sent == op->len ? INTERRUPT_RX : INTERRUPT_TX;
    return false;
}

static void end_later(const struct pl022 *self)
{
    self->state->ended = true;
    deferred_set(&self->ended);
}

static void complete(const struct pl022 *self)
{
    struct pl022_state *state = self->state;
    struct spi_transfer *op = state->transfer;
    enum err err = state->cancelled ? ERR_CANCEL : OK;

    if (err == OK && op->keep_selected) {
        state->kept = op->device;
    } else {
        device_select(op->device, false);
    }
    state->transfer = NULL;
    spi_transferred(op, err);
    if (state->kept != NULL) { /* nothing was started for it, nor for another */
        device_select(state->kept, false);
        state->kept = NULL;
    }
}

enum err pl022_transfer(const struct spi_controller *port, struct spi_transfer *op)
{
    const struct pl022 *self = port->owner;
    struct pl022_state *state = self->state;

    if (op->len == 0) {
        return ERR_SIZE;
    }
    if (op->client == NULL) {
        return ERR_INVAL;
    }
    if (state->transfer != NULL) {
        return ERR_BUSY;
    }
    if (op->device != state->kept) {
        if (state->kept != NULL) { /* before the clock turns to the other's mode */
            device_select(state->kept, false);
            state->kept = NULL;
        }
        enum err err = device_apply(self, op->device);
        if (err != OK) {
            return err;
        }
        device_select(op->device, true);
    }
    state->kept = NULL;
    state->transfer = op;
    state->sent = 0;
    state->cancelled = false;
    op->done_len = 0;
    self->registers->clear = INTERRUPT_CLEARABLE;
    if (go_on(self, op)) {
        end_later(self);
    }
    return OK;
}

enum err pl022_transfer_cancel(const struct spi_controller *port,
                               struct spi_transfer *op, enum cancel *outcome)
{
    const struct pl022 *self = port->owner;
    struct pl022_state *state = self->state;

    if (op == NULL || op != state->transfer) {
        return ERR_ALREADY;
    }
    *outcome = TOO_LATE;
    if (state->ended || state->cancelled || state->sent == op->len) {
        return OK;
    }
    state->cancelled = true;
    if (go_on(self, op)) {
        end_later(self);
    }
    *outcome = CANCELLED;
    return OK;
}

void pl022_interrupt(const struct pl022 *self)
{
    struct pl022_state *state = self->state;

    self->registers->clear = INTERRUPT_CLEARABLE;
    if (state->transfer == NULL || state->ended) {
        return; /* stale: what it was for has been masked since */
    }
    if (go_on(self, state->transfer)) {
        complete(self);
    }
}

void pl022_ended(const struct pl022 *self)
{
    self->state->ended = false;
    complete(self);
}

enum err pl022_init(const struct pl022 *self)
{
    self->registers->mask = 0;
    self->registers->control = 0;
    self->registers->clear = INTERRUPT_CLEARABLE;
    return OK;
}

const struct spi_controller_ops pl022_controller_ops = {
    .transfer = pl022_transfer,
    .transfer_cancel = pl022_transfer_cancel,
};
