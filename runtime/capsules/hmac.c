/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "capsules/hmac.h"

#include "hmac_abi.h"
#include "kernel/grant.h"
#include "kernel/process_buffer.h"
#include "kernel/upcall.h"
#include "lib/container.h"
#include "lib/memory.h"

/* The argument of command 0 where an application chooses an algorithm with it. */
#define ALGORITHM_SHA256 0u

/* The process of that life, with its grant; NULL: it has ended. */
static struct process *active(const struct hmac *self, struct hmac_grant **grant)
{
    struct process *process = process_get(self->state->active);

    *grant = process == NULL ? NULL : grant_get(process, self->driver);
    return *grant == NULL ? NULL : process;
}

static bool verifies(uint8_t request)
{
    return request == HMAC_COMMAND_VERIFY || request == HMAC_COMMAND_VERIFY_FINISH;
}

/* -- steps ------------------------------------------------------------------------------ */

/* Adds the next piece of the message or the long key; the last one may be empty. */
static enum err add(const struct hmac *self, struct process *process)
{
    struct hmac_state *state = self->state;
    uint8_t buffer =
        (uint8_t)(state->keying ? HMAC_ALLOW_RO_KEY : HMAC_ALLOW_RO_MESSAGE);
    uint32_t len = process_buffer_read(process, self->driver, buffer, state->added,
                                       self->data, self->data_size);

    state->added += len;
    state->last = len < self->data_size;
    state->session.len = len;
    return digest_add(&self->digest_steps, &state->session);
}

static enum err add_from_start(const struct hmac *self, struct process *process)
{
    self->state->added = 0;
    return add(self, process);
}

/* The last step of a whole message. */
static enum err give(const struct hmac *self, struct process *process, uint8_t request)
{
    struct digest_session *session = &self->state->session;

    if (verifies(request)) {
        session->len =
            process_buffer_read(process, self->driver, HMAC_ALLOW_RO_EXPECTED, 0,
                                self->data, self->data_size);
        return digest_verify(&self->digest_steps, session); /* SIZE: that is no code */
    }
    session->len = DIGEST_SHA256_LEN;
    return digest_finish(&self->digest_steps, session);
}

/* Begins a message with the key in data. */
static enum err begin_keyed(const struct hmac *self, struct process *process,
                            uint32_t key_len)
{
    struct hmac_state *state = self->state;
    enum err err = digest_hmac_sha256_begin(
        &self->digest_hmac_sha256, &state->session.context, self->data, key_len);

    state->keying = false;
    return err == OK ? add_from_start(self, process) : err;
}

static enum err begin_new(const struct hmac *self, struct process *process)
{
    struct hmac_state *state = self->state;
    uint32_t len = process_buffer_ro_len(process, self->driver, HMAC_ALLOW_RO_KEY);

    if (len <= DIGEST_SHA256_KEY) {
        len = process_buffer_read(process, self->driver, HMAC_ALLOW_RO_KEY, 0,
                                  self->data, len);
        return begin_keyed(self, process, len);
    }
    state->keying = true;
    digest_sha256_begin(&self->digest_sha256, &state->session.context);
    return add_from_start(self, process);
}

/* Begins the turn of a process's request. */
static enum err begin(const struct hmac *self, struct process *process,
                      struct hmac_grant *grant)
{
    struct hmac_state *state = self->state;
    bool whole =
        grant->request == HMAC_COMMAND_RUN || grant->request == HMAC_COMMAND_VERIFY;
    bool goes_on = grant->open && !whole;

    state->active = process_id(process);
    state->session.client = &self->digest_steps_client;
    state->session.data = self->data;
    state->session.context = grant->context;
    memset(&grant->context, 0, sizeof(grant->context));
    grant->open = false;
    if (!goes_on) {
        return begin_new(self, process);
    }
    if (grant->request == HMAC_COMMAND_UPDATE) {
        return add_from_start(self, process);
    }
    return give(self, process, grant->request);
}

static void end(const struct hmac *self, struct process *process,
                struct hmac_grant *grant, enum err err, bool equal)
{
    uint8_t upcall =
        (uint8_t)(verifies(grant->request) ? HMAC_UPCALL_VERIFIED : HMAC_UPCALL_DONE);

    grant->request = 0;
    process_upcall(process, self->driver, upcall, (uint32_t)err, equal, 0);
}

static void wipe(const struct hmac *self)
{
    memset(&self->state->session, 0, sizeof(self->state->session));
    memset(self->data, 0, self->data_size);
    self->state->keying = false;
}

/* Ends the turn and gives it to the next whose request can begin; each round takes one out
 * of waiting. It may wait no longer: its process may have ended, or begun another life. */
static void next(const struct hmac *self)
{
    struct hmac_state *state = self->state;

    wipe(self);
    while (arbiter_pass(&state->turns)) {
        struct process *process = process_in_slot(state->turns.last);
        struct hmac_grant *grant =
            process == NULL ? NULL : grant_get(process, self->driver);

        if (grant != NULL && grant->request != 0) {
            enum err err = begin(self, process, grant);
            if (err == OK) {
                return;
            }
            end(self, process, grant, err, false);
            wipe(self);
        }
    }
}

/* -- completions ----------------------------------------------------------------------- */

/* What follows a piece. True: another step is under way, the turn goes on. */
static bool goes_on(const struct hmac *self, struct process *process,
                    struct hmac_grant *grant, enum err err)
{
    struct hmac_state *state = self->state;

    if (err == OK && !state->last) {
        err = add(self, process);
    } else if (err == OK && state->keying) {
        state->session.len = DIGEST_SHA256_LEN;
        err = digest_finish(&self->digest_steps, &state->session);
    } else if (err == OK && grant->request != HMAC_COMMAND_UPDATE) {
        err = give(self, process, grant->request);
    } else {
        if (err == OK) {
            grant->context = state->session.context;
            grant->open = true;
        }
        end(self, process, grant, err, false);
        return false;
    }
    if (err != OK) {
        end(self, process, grant, err, false);
    }
    return err == OK;
}

void hmac_added(const struct digest_steps_client *client,
                struct digest_session *session, enum err err)
{
    const struct hmac *self = container_of(client, struct hmac, digest_steps_client);
    struct hmac_grant *grant;
    struct process *process = active(self, &grant);

    memset(session->data, 0, session->len);
    if (process == NULL || !goes_on(self, process, grant, err)) {
        next(self);
    }
}

void hmac_finished(const struct digest_steps_client *client,
                   struct digest_session *session, enum err err)
{
    const struct hmac *self = container_of(client, struct hmac, digest_steps_client);
    struct hmac_grant *grant;
    struct process *process = active(self, &grant);

    if (process != NULL) {
        if (err == OK && self->state->keying) {
            err = begin_keyed(self, process, DIGEST_SHA256_LEN);
            if (err == OK) {
                return;
            }
        } else if (err == OK) {
            process_buffer_write(process, self->driver, HMAC_ALLOW_RW_CODE, 0,
                                 session->data, session->len);
        }
        end(self, process, grant, err, false);
    }
    next(self);
}

void hmac_verified(const struct digest_steps_client *client,
                   struct digest_session *session, enum err err)
{
    const struct hmac *self = container_of(client, struct hmac, digest_steps_client);
    struct hmac_grant *grant;
    struct process *process = active(self, &grant);

    if (process != NULL) {
        end(self, process, grant, err, err == OK && session->equal);
    }
    next(self);
}

/* -- system calls ---------------------------------------------------------------------- */

static enum err request(const struct hmac *self, struct process *process,
                        uint8_t number)
{
    struct hmac_grant *grant = grant_enter(process, self->driver);

    if (grant == NULL || grant->request != 0) {
        return ERR_NOMEM;
    }
    if (!grant->open &&
        (number == HMAC_COMMAND_FINISH || number == HMAC_COMMAND_VERIFY_FINISH)) {
        return ERR_OFF;
    }
    grant->request = number;
    if (!arbiter_take(&self->state->turns, process_id(process).slot)) {
        return OK; /* its turn comes */
    }
    enum err err = begin(self, process, grant);
    if (err != OK) {
        grant->request = 0;
        next(self);
    }
    return err;
}

void hmac_command(const struct hmac *self, struct process *process,
                  const struct command *command, struct command_result *result)
{
    switch (command->number) {
    case HMAC_COMMAND_EXISTS:
        command_status(result,
                       command->arg[0] == ALGORITHM_SHA256 ? OK : ERR_NOSUPPORT);
        break;
    case HMAC_COMMAND_RUN:
    case HMAC_COMMAND_UPDATE:
    case HMAC_COMMAND_FINISH:
    case HMAC_COMMAND_VERIFY:
    case HMAC_COMMAND_VERIFY_FINISH:
        command_status(result, request(self, process, (uint8_t)command->number));
        break;
    default:
        command_failure(result, ERR_NOSUPPORT);
        break;
    }
}
