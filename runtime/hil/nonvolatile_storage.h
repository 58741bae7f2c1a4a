/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Bytes that outlast a reset, of a region that is one client's own.
 *
 * Addresses begin at 0 in each region and the fact size says how many there are, so no
 * client can name a byte of another's. A transfer is the provider's from OK to its
 * completion; moved is valid with any. There is no cancel: a transfer takes bounded time.
 */
#pragma once

#include "hil/port.h"

struct nonvolatile_storage_transfer {
    const struct nonvolatile_storage_bytes_client *client;
    uint8_t *data;    /* lent: len bytes */
    uint32_t address; /* in the region */
    uint32_t len;     /* bytes; SIZE if 0 */
    uint32_t moved;   /* out: bytes read or written, from the start */
};

struct nonvolatile_storage_bytes_client {
    void (*read_done)(const struct nonvolatile_storage_bytes_client *,
                      struct nonvolatile_storage_transfer *, enum err);
    void (*write_done)(const struct nonvolatile_storage_bytes_client *,
                       struct nonvolatile_storage_transfer *, enum err);
};

HIL_PORT(nonvolatile_storage_bytes);

typedef enum err nonvolatile_storage_read_fn(const struct nonvolatile_storage_bytes *,
                                             struct nonvolatile_storage_transfer *);
typedef enum err nonvolatile_storage_write_fn(const struct nonvolatile_storage_bytes *,
                                              struct nonvolatile_storage_transfer *);

struct nonvolatile_storage_bytes_ops {
    nonvolatile_storage_read_fn *read;
    nonvolatile_storage_write_fn *write;
};

#ifdef NONVOLATILE_STORAGE_BYTES_SEALED
#define NONVOLATILE_STORAGE_BYTES(port, operation)                                     \
    HIL_JOIN(NONVOLATILE_STORAGE_BYTES_SEALED, operation)
nonvolatile_storage_read_fn NONVOLATILE_STORAGE_BYTES(, read);
nonvolatile_storage_write_fn NONVOLATILE_STORAGE_BYTES(, write);
#else
#define NONVOLATILE_STORAGE_BYTES(port, operation) (port)->ops->operation
#endif

/** BUSY: this edge's earlier transfer is still to complete. SIZE: len is 0. INVAL: not all
 * of it is in the region, or nobody would be told. OFF, FAIL: the memory refused. After an
 * error nothing was lent. */
HIL_CALL enum err nonvolatile_storage_read(const struct nonvolatile_storage_bytes *port,
                                           struct nonvolatile_storage_transfer *op)
{
    return NONVOLATILE_STORAGE_BYTES(port, read)(port, op);
}

/** As nonvolatile_storage_read. After a completion with an error, or a reset before it,
 * what is in the region around those bytes may be lost with them. */
HIL_CALL enum err
nonvolatile_storage_write(const struct nonvolatile_storage_bytes *port,
                          struct nonvolatile_storage_transfer *op)
{
    return NONVOLATILE_STORAGE_BYTES(port, write)(port, op);
}

/** Providers end a read with this, last. */
HIL_CALL_INFALLIBLE void
nonvolatile_storage_read_done(struct nonvolatile_storage_transfer *op, enum err err)
{
    op->client->read_done(op->client, op, err);
}

/** Providers end a write with this, last. */
HIL_CALL_INFALLIBLE void
nonvolatile_storage_write_done(struct nonvolatile_storage_transfer *op, enum err err)
{
    op->client->write_done(op->client, op, err);
}
