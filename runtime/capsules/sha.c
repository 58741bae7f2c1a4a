/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "capsules/sha.h"

#include "kernel/grant.h"
#include "kernel/process_buffer.h"
#include "kernel/upcall.h"
#include "lib/container.h"
#include "lib/memory.h"
#include "sha_abi.h"

/* Of command set_algorithm; the numbers of others are known, the algorithms are not here. */
#define ALGORITHM_SHA256 0u

/* The process of that life, with its grant; NULL: it has ended. */
static struct process *active(const struct sha *self, struct sha_grant **grant)
{
    struct process *process = process_get(self->state->active);

    *grant = process == NULL ? NULL : grant_get(process, self->driver);
    return *grant == NULL ? NULL : process;
}

static enum err verify(const struct sha *self, struct process *process)
{
    struct digest_session *session = &self->state->session;

    if (process_buffer_ro_len(process, self->driver, SHA_ALLOW_RO_EXPECTED) !=
        DIGEST_SHA256_LEN) {
        return ERR_NOMEM;
    }
    session->len = process_buffer_read(process, self->driver, SHA_ALLOW_RO_EXPECTED, 0,
                                       self->data, DIGEST_SHA256_LEN);
    return digest_verify(&self->digest_steps, session);
}

/* Adds the next piece of the message; when there is none, takes the last step. */
static enum err go_on(const struct sha *self, struct process *process, uint8_t request)
{
    struct sha_state *state = self->state;
    struct digest_session *session = &state->session;

    session->client = &self->digest_steps_client;
    session->data = self->data;
    session->len = process_buffer_read(process, self->driver, SHA_ALLOW_RO_MESSAGE,
                                       state->added, self->data, self->data_size);
    if (session->len != 0) {
        state->added += session->len;
        return digest_add(&self->digest_steps, session);
    }
    if (request == SHA_COMMAND_VERIFY) {
        return verify(self, process);
    }
    session->len = DIGEST_SHA256_LEN;
    return digest_finish(&self->digest_steps, session);
}

static enum err begin(const struct sha *self, struct process *process, uint8_t request)
{
    struct sha_state *state = self->state;

    state->active = process_id(process);
    state->added = 0;
    digest_sha256_begin(&self->digest_sha256, &state->session.context);
    return go_on(self, process, request);
}

static void end(const struct sha *self, struct process *process,
                struct sha_grant *grant, enum err err, bool equal)
{
    uint8_t upcall =
        grant->request == SHA_COMMAND_VERIFY ? SHA_UPCALL_VERIFIED : SHA_UPCALL_HASHED;

    grant->request = 0;
    process_upcall(process, self->driver, upcall, (uint32_t)err, equal, 0);
}

static void wipe(const struct sha *self)
{
    memset(&self->state->session, 0, sizeof(self->state->session));
    memset(self->data, 0, self->data_size);
}

/* Ends the turn and gives it to the next whose message can begin; each round takes one out
 * of waiting. It may wait no longer: its process may have ended, or begun another life. */
static void next(const struct sha *self)
{
    struct sha_state *state = self->state;

    wipe(self);
    while (arbiter_pass(&state->turns)) {
        struct process *process = process_in_slot(state->turns.last);
        struct sha_grant *grant =
            process == NULL ? NULL : grant_get(process, self->driver);

        if (grant != NULL && grant->request != 0) {
            enum err err = begin(self, process, grant->request);
            if (err == OK) {
                return;
            }
            end(self, process, grant, err, false);
            wipe(self);
        }
    }
}

/* -- completions ----------------------------------------------------------------------- */

void sha_added(const struct digest_steps_client *client, struct digest_session *session,
               enum err err)
{
    const struct sha *self = container_of(client, struct sha, digest_steps_client);
    struct sha_grant *grant;
    struct process *process = active(self, &grant);

    memset(session->data, 0, session->len);
    if (process != NULL) {
        if (err == OK) {
            err = go_on(self, process, grant->request);
            if (err == OK) {
                return;
            }
        }
        end(self, process, grant, err, false);
    }
    next(self);
}

void sha_finished(const struct digest_steps_client *client,
                  struct digest_session *session, enum err err)
{
    const struct sha *self = container_of(client, struct sha, digest_steps_client);
    struct sha_grant *grant;
    struct process *process = active(self, &grant);

    if (process != NULL) {
        if (err == OK && process_buffer_rw_len(process, self->driver,
                                               SHA_ALLOW_RW_DIGEST) < session->len) {
            err = ERR_NOMEM;
        }
        if (err == OK) {
            process_buffer_write(process, self->driver, SHA_ALLOW_RW_DIGEST, 0,
                                 session->data, session->len);
        }
        end(self, process, grant, err, false);
    }
    next(self);
}

void sha_verified(const struct digest_steps_client *client,
                  struct digest_session *session, enum err err)
{
    const struct sha *self = container_of(client, struct sha, digest_steps_client);
    struct sha_grant *grant;
    struct process *process = active(self, &grant);

    if (process != NULL) {
        end(self, process, grant, err, err == OK && session->equal);
    }
    next(self);
}

/* -- system calls ---------------------------------------------------------------------- */

static enum err request(const struct sha *self, struct process *process, uint8_t number)
{
    struct sha_grant *grant = grant_enter(process, self->driver);

    if (grant == NULL || grant->request != 0) {
        return ERR_NOMEM;
    }
    grant->request = number;
    if (!arbiter_take(&self->state->turns, process_id(process).slot)) {
        return OK; /* its turn comes */
    }
    enum err err = begin(self, process, number);
    if (err != OK) {
        grant->request = 0;
        next(self);
    }
    return err;
}

void sha_command(const struct sha *self, struct process *process,
                 const struct command *command, struct command_result *result)
{
    switch (command->number) {
    case SHA_COMMAND_SET_ALGORITHM:
        command_status(result,
                       command->arg[0] == ALGORITHM_SHA256 ? OK : ERR_NOSUPPORT);
        break;
    case SHA_COMMAND_HASH:
    case SHA_COMMAND_VERIFY:
        command_status(result, request(self, process, (uint8_t)command->number));
        break;
    default:
        command_failure(result, ERR_NOSUPPORT);
        break;
    }
}
