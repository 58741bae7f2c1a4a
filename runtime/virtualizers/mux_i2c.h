/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One I2C bus for up to 32 devices: round robin, one outstanding transfer each, in the
 * order of lib/arbiter.
 *
 * Transfers travel through with the device they are for, so an address is used by the
 * client whose edge has it and by nobody else. Nothing is copied. A device that does not
 * answer costs the others the time of one transfer.
 */
#pragma once

#include "hil/i2c.h"
#include "virtualizers/turns.h"

struct mux_i2c_state {
    struct turns_state turns;
};

struct mux_i2c {
    struct mux_i2c_state *state;
    struct i2c_controller i2c;
    struct i2c_controller_client i2c_client;
    struct turn *slots;
    uint8_t slot_count;
    struct deferred complete;
};

extern const struct i2c_controller_ops mux_i2c_controller_ops;

i2c_transfer_fn mux_i2c_transfer;
i2c_transfer_cancel_fn mux_i2c_transfer_cancel;

void mux_i2c_transferred(const struct i2c_controller_client *client,
                         struct i2c_transfer *op, enum err err);
void mux_i2c_complete(const struct mux_i2c *self);
bool mux_i2c_check(const struct mux_i2c *self);
