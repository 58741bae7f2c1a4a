/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Stress of digests: messages of any length, with a key and without, each in two sessions
 * that are cut into steps in different ways. The second verifies the digest of the first,
 * or one with a bit turned. The first message of all is that of FIPS 180-4's example.
 */
#pragma once

#include "capsules/test/stress.h"
#include "hil/digest.h"

#define STRESS_DIGEST_LEN 200u /* of a message: more than three blocks */

struct stress_digest_state {
    struct stress_state stress;
    struct digest_session session;
    struct digest_session spare;
    uint8_t message[STRESS_DIGEST_LEN];
    uint8_t key[DIGEST_SHA256_KEY];
    uint8_t digest[DIGEST_SHA256_LEN + 1u]; /* one that has to stay as it is */
    uint32_t len;
    uint32_t at;
    uint32_t key_len;
    uint8_t verb;
    bool keyed;
    bool verifies; /* it is the second session */
    bool turned;
    bool begun;
    bool drawn; /* a message other than the example's */
};

struct stress_digest {
    struct stress_digest_state *state;
    struct digest_steps digest_steps;
    struct digest_steps_client digest_steps_client;
    struct digest_sha256 digest_sha256;
    struct digest_hmac_sha256 digest_hmac_sha256;
    STRESS_MEMBERS;
};

enum err stress_digest_start(const struct stress_digest *self);
void stress_digest_step(const struct stress_digest *self);
void stress_digest_added(const struct digest_steps_client *client,
                         struct digest_session *session, enum err err);
void stress_digest_finished(const struct digest_steps_client *client,
                            struct digest_session *session, enum err err);
void stress_digest_verified(const struct digest_steps_client *client,
                            struct digest_session *session, enum err err);
void stress_digest_reported(const struct uart_transmit_client *client,
                            struct uart_transmission *op, enum err err);
void stress_digest_late(const struct time_alarm_client *client,
                        struct time_deadline *deadline);
