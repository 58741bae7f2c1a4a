/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One source of random bytes for up to 32 clients: round robin, one outstanding request
 * each, in the order of lib/arbiter.
 *
 * The client's own buffer goes down to the source, and nothing is copied: no byte reaches
 * two clients.
 */
#pragma once

#include "hil/rng.h"
#include "virtualizers/turns.h"

struct mux_rng_state {
    struct turns_state turns;
};

struct mux_rng {
    struct mux_rng_state *state;
    struct rng_bytes rng;
    struct rng_bytes_client rng_client;
    struct turn *slots;
    uint8_t slot_count;
    struct deferred complete;
};

extern const struct rng_bytes_ops mux_rng_bytes_ops;

rng_fill_fn mux_rng_fill;
rng_fill_cancel_fn mux_rng_fill_cancel;

void mux_rng_filled(const struct rng_bytes_client *client, struct rng_request *op,
                    enum err err);
void mux_rng_complete(const struct mux_rng *self);
bool mux_rng_check(const struct mux_rng *self);
