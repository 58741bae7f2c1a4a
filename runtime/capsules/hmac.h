/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * HMAC-SHA-256 for processes, each served in its turn.
 *
 * run and verify take a whole message. update adds the message to the process's open one,
 * which the first update opens with the key, and finish and verify_finish end that. An open
 * message rests in its process's grant, so it holds up nobody and ends with the process;
 * run and verify drop it. A key of more than a block is hashed first, as RFC 2104 says.
 *
 * A turn is one command. Buffers are copied in pieces when they are due, so a process may
 * change or withdraw them at any time and harms only its own result.
 *
 * Upcalls: done (status, 0, 0) of run, update and finish, which write as much of the code
 * as there is room for; verified (status, 1 if it is the expected one, 0) of the others.
 * Status is 0, the provider's error, or SIZE when what is expected is no code. A second
 * request is NOMEM: there is one per process. finish and verify_finish are OFF without an
 * open message. Command 0 asks whether there is a driver, and for upstream's applications
 * also chooses the algorithm: 0 is this one, all others are NOSUPPORT.
 *
 * Invariant: data and the session hold something only while a turn lasts, and then only of
 * one life of one process; its end wipes them.
 */
#pragma once

#include "hil/digest.h"
#include "kernel/driver.h"
#include "lib/arbiter.h"

struct hmac_grant {
    uint8_t request; /* the command that is outstanding; 0: none */
    bool open;       /* context is that of a message between two of its updates */
    struct digest_context context;
};

struct hmac_state {
    struct digest_session session;
    struct arbiter turns; /* by slot; held while a step is under way */
    struct process_id active;
    uint32_t added; /* bytes of its message, or of its key while that is hashed */
    bool keying;    /* a long key is hashed */
    bool last;      /* the piece under way is the last one */
};

struct hmac {
    struct hmac_state *state;
    struct digest_steps digest_steps;
    struct digest_steps_client digest_steps_client;
    struct digest_sha256 digest_sha256;
    struct digest_hmac_sha256 digest_hmac_sha256;
    uint8_t *data;
    uint16_t data_size;
    const struct syscall_driver *driver;
};

void hmac_command(const struct hmac *self, struct process *process,
                  const struct command *command, struct command_result *result);
void hmac_added(const struct digest_steps_client *client,
                struct digest_session *session, enum err err);
void hmac_finished(const struct digest_steps_client *client,
                   struct digest_session *session, enum err err);
void hmac_verified(const struct digest_steps_client *client,
                   struct digest_session *session, enum err err);
