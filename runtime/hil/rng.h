/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Random bytes into a buffer.
 *
 * How good they are is not this interface's to promise: a board names its provider, and
 * that one's name and doc say whether it has a source of entropy. A request is the
 * provider's from OK to its completion, which never comes inside the start. No two
 * requests are given the same bytes.
 */
#pragma once

#include "hil/port.h"

struct rng_request {
    const struct rng_bytes_client *client;
    uint8_t *data;   /* lent: room for len bytes */
    uint32_t len;    /* SIZE if 0 */
    uint32_t filled; /* out: bytes of data that are random, from its start */
};

struct rng_bytes_client {
    void (*filled)(const struct rng_bytes_client *, struct rng_request *, enum err);
};

HIL_PORT(rng_bytes);

typedef enum err rng_fill_fn(const struct rng_bytes *, struct rng_request *);
typedef enum err rng_fill_cancel_fn(const struct rng_bytes *, struct rng_request *,
                                    enum cancel *);

struct rng_bytes_ops {
    rng_fill_fn *fill;
    rng_fill_cancel_fn *fill_cancel;
};

#ifdef RNG_BYTES_SEALED
#define RNG_BYTES(port, operation) HIL_JOIN(RNG_BYTES_SEALED, operation)
rng_fill_fn RNG_BYTES(, fill);
rng_fill_cancel_fn RNG_BYTES(, fill_cancel);
#else
#define RNG_BYTES(port, operation) (port)->ops->operation
#endif

/** BUSY: this edge's earlier request is still to complete. SIZE: len is 0. INVAL: nobody
 * would be told. OFF, FAIL: the source refused. After an error nothing was lent. */
HIL_CALL enum err rng_fill(const struct rng_bytes *port, struct rng_request *request)
{
    return RNG_BYTES(port, fill)(port, request);
}

/** OK: request still completes, with CANCEL if *outcome is CANCELLED. ALREADY: not lent
 * here. */
HIL_CALL enum err rng_fill_cancel(const struct rng_bytes *port,
                                  struct rng_request *request, enum cancel *outcome)
{
    return RNG_BYTES(port, fill_cancel)(port, request, outcome);
}

/** Providers end a request with this, last: they are idle before it. */
HIL_CALL_INFALLIBLE void rng_filled(struct rng_request *request, enum err err)
{
    request->client->filled(request->client, request, err);
}
