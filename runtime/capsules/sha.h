/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * SHA-256 for processes, each served in its turn.
 *
 * A turn is one message. It is copied in pieces when they are due, so a process may change
 * or withdraw its buffers at any time and harms only its own result. Turns go round robin
 * over the slots. A process that ends in its turn gives it up with the step under way.
 *
 * Upcalls: hashed (status, 0, 0); verified (status, 1 if it is the expected one, 0). Status
 * is 0, the provider's error, or NOMEM when there is no room for a digest in the buffer or
 * what is expected is none. A second request is NOMEM, too: there is one per process.
 *
 * Invariant: data and the session hold something only while a turn lasts, and then only of
 * one life of one process; its end wipes them.
 */
#pragma once

#include "hil/digest.h"
#include "kernel/driver.h"
#include "lib/arbiter.h"

struct sha_grant {
    uint8_t request; /* the command that is outstanding; 0: none */
};

struct sha_state {
    struct digest_session session;
    struct arbiter turns; /* by slot; held while a step is under way */
    struct process_id active;
    uint32_t added; /* bytes of its message */
};

struct sha {
    struct sha_state *state;
    struct digest_steps digest_steps;
    struct digest_steps_client digest_steps_client;
    struct digest_sha256 digest_sha256;
    uint8_t *data;
    uint16_t data_size;
    const struct syscall_driver *driver;
};

void sha_command(const struct sha *self, struct process *process,
                 const struct command *command, struct command_result *result);
void sha_added(const struct digest_steps_client *client, struct digest_session *session,
               enum err err);
void sha_finished(const struct digest_steps_client *client,
                  struct digest_session *session, enum err err);
void sha_verified(const struct digest_steps_client *client,
                  struct digest_session *session, enum err err);
