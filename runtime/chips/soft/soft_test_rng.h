/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Bytes that look random and are the same after each reset: Marsaglia's xorshift with 32
 * bits of state, from a seed that the board gives. Who sees a few of them knows the rest.
 * It stands in where a machine has no source of entropy, so that what uses random bytes
 * can be run and tested; nothing that has to be secret may depend on it.
 *
 * Invariant: request is NULL exactly when none is outstanding.
 */
#pragma once

#include "hil/rng.h"
#include "kernel/deferred.h"

/* Bytes at most in one deferred call. */
#define SOFT_TEST_RNG_PIECE 64u

struct soft_test_rng_state {
    struct rng_request *request;
    uint32_t
        changed; /* the generator's word, xor the seed: so it begins with the seed */
    bool cancelled;
};

struct soft_test_rng {
    struct soft_test_rng_state *state;
    uint32_t seed;
    struct deferred step;
};

extern const struct rng_bytes_ops soft_test_rng_bytes_ops;

rng_fill_fn soft_test_rng_fill;
rng_fill_cancel_fn soft_test_rng_fill_cancel;

void soft_test_rng_step(const struct soft_test_rng *self);
