/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * I2C: transfers with one device of a bus, the controller's side.
 *
 * The address stands in the device's edge, whose object goes along with each transfer; the
 * generator refuses a second edge with the same address on one bus. A transfer writes
 * first, then reads after a repeated start, and ends with a stop: nobody comes between. A
 * controller that has no repeated start stops and starts, and its descriptor says so.
 */
#pragma once

#include "hil/port.h"

HIL_PORT(i2c_controller);

/** One client edge. */
struct i2c_device {
    struct i2c_controller controller;
    uint8_t address; /* seven bits, not shifted */
};

/** Where a transfer went wrong, as far as the controller can tell. */
enum {
    I2C_DETAIL_NONE,
    I2C_DETAIL_ADDRESS,     /* NOACK: no device answers */
    I2C_DETAIL_DATA,        /* NOACK: the device does not take more */
    I2C_DETAIL_ARBITRATION, /* FAIL: another controller was faster */
    I2C_DETAIL_STUCK,       /* FAIL: a line stays low */
};

struct i2c_transfer {
    const struct i2c_controller_client *client;
    const struct i2c_device *device; /* noted by i2c_transfer */
    uint8_t *tx;                     /* lent: written first */
    uint8_t *rx;                     /* lent: room for what is read then; may be tx */
    uint16_t tx_len;                 /* bytes, of either side; SIZE if both are 0 */
    uint16_t rx_len;
    uint16_t done_len; /* out: bytes acknowledged, then bytes read */
    uint8_t detail;    /* out: see above */
};

/** Embedded in the requester's const object, written by the generator from handles. */
struct i2c_controller_client {
    void (*transferred)(const struct i2c_controller_client *, struct i2c_transfer *,
                        enum err);
};

typedef enum err i2c_transfer_fn(const struct i2c_controller *, struct i2c_transfer *);
typedef enum err i2c_transfer_cancel_fn(const struct i2c_controller *,
                                        struct i2c_transfer *, enum cancel *);

struct i2c_controller_ops {
    i2c_transfer_fn *transfer;
    i2c_transfer_cancel_fn *transfer_cancel;
};

#ifdef I2C_CONTROLLER_SEALED
#define I2C_CONTROLLER(port, operation) HIL_JOIN(I2C_CONTROLLER_SEALED, operation)
i2c_transfer_fn I2C_CONTROLLER(, transfer);
i2c_transfer_cancel_fn I2C_CONTROLLER(, transfer_cancel);
#else
#define I2C_CONTROLLER(port, operation) (port)->ops->operation
#endif

/** For who passes a transfer on: op->device is its first sender's. */
HIL_CALL enum err i2c_transfer_forward(const struct i2c_controller *port,
                                       struct i2c_transfer *op)
{
    return I2C_CONTROLLER(port, transfer)(port, op);
}

/** The same of its cancel. */
HIL_CALL enum err i2c_transfer_cancel_forward(const struct i2c_controller *port,
                                              struct i2c_transfer *op,
                                              enum cancel *outcome)
{
    return I2C_CONTROLLER(port, transfer_cancel)(port, op, outcome);
}

/** BUSY: this edge's earlier transfer is still to complete. SIZE: nothing to write or read.
 * INVAL: no client. OFF, FAIL: the hardware refused. After an error nothing was lent. */
HIL_CALL enum err i2c_transfer(const struct i2c_device *device, struct i2c_transfer *op)
{
    op->device = device;
    return i2c_transfer_forward(&device->controller, op);
}

/** OK: op still completes, with CANCEL if *outcome is CANCELLED; the bus has seen its stop
 * by then. ALREADY: not lent here. */
HIL_CALL enum err i2c_transfer_cancel(const struct i2c_device *device,
                                      struct i2c_transfer *op, enum cancel *outcome)
{
    return i2c_transfer_cancel_forward(&device->controller, op, outcome);
}

/** Controllers end op with this, last: they are idle before it, and it may start the next. */
HIL_CALL_INFALLIBLE void i2c_transferred(struct i2c_transfer *op, enum err err)
{
    op->client->transferred(op->client, op, err);
}
