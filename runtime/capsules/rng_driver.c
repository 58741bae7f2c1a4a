/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "capsules/rng_driver.h"

#include "kernel/grant.h"
#include "kernel/process_buffer.h"
#include "kernel/upcall.h"
#include "lib/container.h"
#include "lib/memory.h"
#include "rng_driver_abi.h"

/* Asks the source for the next piece. */
static enum err fetch(const struct rng_driver *self, struct process *process,
                      const struct rng_driver_grant *grant)
{
    struct rng_request *request = &self->state->request;
    uint32_t left = grant->wanted - grant->got;

    self->state->active = process_id(process);
    request->client = &self->rng_client;
    request->data = self->data;
    request->len = left < self->data_size ? left : self->data_size;
    return rng_fill(&self->rng, request);
}

static void end(const struct rng_driver *self, struct process *process,
                struct rng_driver_grant *grant, enum err err)
{
    grant->wanted = 0;
    process_upcall(process, self->driver, RNG_DRIVER_UPCALL_GOT, (uint32_t)err,
                   grant->got, 0);
}

/* Gives the turn to the next whose request can start; each round takes one out of waiting.
 * It may wait no longer: its process may have ended, or begun another life. */
static void next(const struct rng_driver *self)
{
    struct rng_driver_state *state = self->state;

    while (arbiter_pass(&state->turns)) {
        struct process *process = process_in_slot(state->turns.last);
        struct rng_driver_grant *grant =
            process == NULL ? NULL : grant_get(process, self->driver);

        if (grant != NULL && grant->wanted != 0) {
            enum err err = fetch(self, process, grant);
            if (err == OK) {
                return;
            }
            end(self, process, grant, err);
        }
    }
}

void rng_driver_filled(const struct rng_bytes_client *client,
                       struct rng_request *request, enum err err)
{
    const struct rng_driver *self = container_of(client, struct rng_driver, rng_client);
    struct process *process = process_get(self->state->active);
    struct rng_driver_grant *grant =
        process == NULL ? NULL : grant_get(process, self->driver);

    if (grant != NULL) {
        uint32_t len =
            process_buffer_write(process, self->driver, RNG_DRIVER_ALLOW_RW_BYTES,
                                 grant->got, request->data, request->filled);
        grant->got += len;
        if (err == OK && len < request->filled) {
            err = ERR_SIZE;
        }
        if (err != OK || grant->got == grant->wanted) {
            end(self, process, grant, err);
        } else {
            arbiter_take(&self->state->turns, self->state->active.slot); /* queues */
        }
    }
    memset(request->data, 0, request->len);
    next(self);
}

static enum err get(const struct rng_driver *self, struct process *process,
                    uint32_t bytes)
{
    struct rng_driver_grant *grant = grant_enter(process, self->driver);
    uint32_t room =
        process_buffer_rw_len(process, self->driver, RNG_DRIVER_ALLOW_RW_BYTES);
    enum err err = OK;

    if (grant == NULL || grant->wanted != 0) {
        return grant == NULL ? ERR_NOMEM : ERR_BUSY;
    }
    grant->got = 0;
    grant->wanted = bytes < room ? bytes : room;
    if (grant->wanted == 0) {
        end(self, process, grant, OK);
    } else if (arbiter_take(&self->state->turns, process_id(process).slot)) {
        err = fetch(self, process, grant); /* else its turn comes */
        if (err != OK) {
            grant->wanted = 0;
            next(self);
        }
    }
    return err;
}

void rng_driver_command(const struct rng_driver *self, struct process *process,
                        const struct command *command, struct command_result *result)
{
    if (command->number == RNG_DRIVER_COMMAND_GET) {
        command_status(result, get(self, process, command->arg[0]));
    } else {
        command_failure(result, ERR_NOSUPPORT);
    }
}
