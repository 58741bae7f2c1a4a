/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * SHA-256 (FIPS 180-4) and HMAC with it (RFC 2104) in software, small rather than fast.
 *
 * A deferred call compresses at most one block of 64 bytes and then hands over to the next
 * client, so a long message delays the rest of the system by one block and other clients
 * by one block each. All of a message is in its session's context. Nothing here branches
 * or looks up by the data, so time tells its length only.
 *
 * Invariant: a slot's session is NULL exactly when that client has no step outstanding;
 * turns is held while any has.
 */
#pragma once

#include "hil/digest.h"
#include "kernel/deferred.h"
#include "lib/arbiter.h"

/** Per client edge, zero-initialised by the generator. */
struct soft_sha256_slot {
    struct digest_session *session;
    const uint8_t *from; /* what is still to be added */
    uint32_t left;       /* bytes there */
    uint8_t step;
    uint8_t stage; /* of the last step: how far padding has come */
};

struct soft_sha256_state {
    struct arbiter turns;
};

struct soft_sha256 {
    struct soft_sha256_state *state;
    struct soft_sha256_slot *slots;
    uint8_t slot_count;
    struct deferred step;
};

extern const struct digest_steps_ops soft_sha256_steps_ops;
extern const struct digest_sha256_ops soft_sha256_sha256_ops;
extern const struct digest_hmac_sha256_ops soft_sha256_hmac_sha256_ops;

digest_add_fn soft_sha256_add;
digest_add_const_fn soft_sha256_add_const;
digest_finish_fn soft_sha256_finish;
digest_verify_fn soft_sha256_verify;
digest_sha256_begin_fn soft_sha256_sha256_begin;
digest_hmac_sha256_begin_fn soft_sha256_hmac_sha256_begin;

void soft_sha256_step(const struct soft_sha256 *self);
bool soft_sha256_check(const struct soft_sha256 *self);
