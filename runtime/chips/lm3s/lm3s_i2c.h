/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * I2C controller of the LM3S microcontrollers (data sheet, chapter "Inter-Integrated
 * Circuit (I2C) Interface"), the only one of its bus, a byte an interrupt.
 *
 * Where a start cannot follow a start, repeated_start is false: a stop comes between what
 * a transfer writes and what it reads. That is another transfer to the device, which may
 * forget what it was told; to nobody else, for the bus has one controller.
 *
 * There is no timeout: a device that holds the clock low holds its transfer.
 *
 * Invariants: transfer is NULL exactly when the controller is idle. The bus is held or has
 * a command under way exactly until then, so a completion comes after the stop.
 */
#pragma once

#include "hil/i2c.h"
#include "kernel/deferred.h"

struct lm3s_i2c_registers {
    uint32_t address; /* seven bits, and below them 1 to read */
    uint32_t control; /* write: a command; read: the status */
    uint32_t data;
    uint32_t period; /* of the clock, in 20 of the input, less one */
    uint32_t mask;
    uint32_t raw;
    uint32_t masked;
    uint32_t clear; /* write 1 */
    uint32_t config;
};

struct lm3s_i2c_state {
    struct i2c_transfer *transfer;
    uint8_t looks;  /* at a stop on its own that was still under way */
    uint8_t err;    /* what the transfer ends with after such a stop */
    bool stopping;  /* such a stop is under way */
    bool last;      /* the command under way ends the transfer */
    bool cancelled; /* the next one does */
};

struct lm3s_i2c {
    struct lm3s_i2c_state *state;
    volatile struct lm3s_i2c_registers *registers;
    struct deferred ended;
    bool repeated_start;
    uint8_t period;
};

extern const struct i2c_controller_ops lm3s_i2c_controller_ops;

i2c_transfer_fn lm3s_i2c_transfer;
i2c_transfer_cancel_fn lm3s_i2c_transfer_cancel;

enum err lm3s_i2c_init(const struct lm3s_i2c *self);
void lm3s_i2c_interrupt(const struct lm3s_i2c *self);
void lm3s_i2c_ended(const struct lm3s_i2c *self);
