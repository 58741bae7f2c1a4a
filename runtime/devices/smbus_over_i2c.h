/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * SMBus packets of one device as transfers on an I2C bus, which others share through a mux
 * like any device's: a packet is one transfer, whole and in its turn.
 *
 * The frame is made in a buffer of our own. A block is read with as much room as its reader
 * has, since an I2C transfer says before how much it reads; what comes behind the count and
 * the check byte is dropped. There are no timeouts: the controller would have to have them.
 *
 * Invariant: packet is not NULL exactly while transfer is lent.
 */
#pragma once

#include "hil/smbus.h"

struct smbus_over_i2c_state {
    struct smbus_packet *packet; /* lent to us; NULL: none */
    struct i2c_transfer transfer;
    uint8_t sum;      /* of the address and what is written */
    uint8_t head_len; /* bytes in front of the data, of the direction it goes */
};

struct smbus_over_i2c {
    struct smbus_over_i2c_state *state;
    const struct i2c_device *i2c;
    struct i2c_controller_client i2c_client;
    bool check;
    uint8_t block;
    uint8_t *bytes;
    uint16_t bytes_size;
};

extern const struct smbus_device_ops smbus_over_i2c_device_ops;

smbus_exchange_fn smbus_over_i2c_exchange;
smbus_exchange_cancel_fn smbus_over_i2c_exchange_cancel;

void smbus_over_i2c_transferred(const struct i2c_controller_client *client,
                                struct i2c_transfer *transfer, enum err err);
