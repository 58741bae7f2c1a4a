/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * SMBus: packets exchanged with one device (System Management Bus specification 3.1,
 * "Bus protocols").
 *
 * A packet is a transfer on an I2C bus of which the specification says where the command
 * code, the count and the check byte are. The driver of a part says what and how much; the
 * frame is the provider's. A word's low byte comes first: it is data[0].
 *
 * Not here: the quick command, which has no byte at all, the block process call, and what a
 * device begins (host notify, alert).
 */
#pragma once

#include "hil/i2c.h"

HIL_PORT(smbus_device);

/** What a packet is, and what its len may be. */
enum smbus_kind {
    SMBUS_WRITE,   /* command, data: 0 send byte, 1 write byte, 2 write word, 4, 8 */
    SMBUS_READ,    /* command, then data comes: 1 read byte, 2 read word, 4, 8 */
    SMBUS_RECEIVE, /* data comes, without a command: 1 receive byte */
    SMBUS_CALL,    /* process call: command, data goes, then as much comes: 2 */
    SMBUS_BLOCK_WRITE, /* command, count, data: 1 up to the provider's max_block */
    SMBUS_BLOCK_READ,  /* command, then count and data come: so much room */
};

/** Beside I2C_DETAIL_..., all with FAIL. */
enum {
    SMBUS_DETAIL_CHECK = 16, /* the check byte is not that of what came */
    SMBUS_DETAIL_COUNT, /* a block of no bytes, or of more than there is room for */
};

struct smbus_packet {
    const struct smbus_device_client *client;
    uint8_t *data;    /* lent; changed by what comes, and only if all of it is well */
    uint8_t kind;     /* enum smbus_kind */
    uint8_t command;  /* not of SMBUS_RECEIVE */
    uint8_t len;      /* bytes of data */
    uint8_t done_len; /* out: bytes of data acknowledged, or that came */
    uint8_t detail;   /* out: see above and hil/i2c.h */
};

/** Embedded in the requester's const object, written by the generator from handles. */
struct smbus_device_client {
    void (*exchanged)(const struct smbus_device_client *, struct smbus_packet *,
                      enum err);
};

typedef enum err smbus_exchange_fn(const struct smbus_device *, struct smbus_packet *);
typedef enum err smbus_exchange_cancel_fn(const struct smbus_device *,
                                          struct smbus_packet *, enum cancel *);

struct smbus_device_ops {
    smbus_exchange_fn *exchange;
    smbus_exchange_cancel_fn *exchange_cancel;
};

#ifdef SMBUS_DEVICE_SEALED
#define SMBUS_DEVICE(port, operation) HIL_JOIN(SMBUS_DEVICE_SEALED, operation)
smbus_exchange_fn SMBUS_DEVICE(, exchange);
smbus_exchange_cancel_fn SMBUS_DEVICE(, exchange_cancel);
#else
#define SMBUS_DEVICE(port, operation) (port)->ops->operation
#endif

/** BUSY: an earlier packet is still to complete. SIZE: a packet of this kind cannot have
 * that len. INVAL: no client, no data, or no such kind. OFF, FAIL: the bus refused. After
 * an error nothing was lent. */
HIL_CALL enum err smbus_exchange(const struct smbus_device *port,
                                 struct smbus_packet *op)
{
    return SMBUS_DEVICE(port, exchange)(port, op);
}

/** OK: op still completes, with CANCEL if *outcome is CANCELLED. ALREADY: not lent. */
HIL_CALL enum err smbus_exchange_cancel(const struct smbus_device *port,
                                        struct smbus_packet *op, enum cancel *outcome)
{
    return SMBUS_DEVICE(port, exchange_cancel)(port, op, outcome);
}

/** Providers end op with this, last: they are idle before it, and it may start the next. */
HIL_CALL_INFALLIBLE void smbus_exchanged(struct smbus_packet *op, enum err err)
{
    op->client->exchanged(op->client, op, err);
}
