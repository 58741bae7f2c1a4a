/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "capsules/nonvolatile_storage_driver.h"

#include "kernel/grant.h"
#include "kernel/process_buffer.h"
#include "kernel/upcall.h"
#include "lib/container.h"
#include "lib/memory.h"
#include "nonvolatile_storage_driver_abi.h"

#define READ NONVOLATILE_STORAGE_DRIVER_COMMAND_READ
#define WRITE NONVOLATILE_STORAGE_DRIVER_COMMAND_WRITE
#define TO_READ NONVOLATILE_STORAGE_DRIVER_ALLOW_RW_READ
#define TO_WRITE NONVOLATILE_STORAGE_DRIVER_ALLOW_RO_WRITTEN

/* The process's side of a transfer: what is read goes there, what is written comes from it. */
static uint32_t buffer_len(const struct nonvolatile_storage_driver *self,
                           struct process *process, uint8_t request)
{
    return request == READ ? process_buffer_rw_len(process, self->driver, TO_READ)
                           : process_buffer_ro_len(process, self->driver, TO_WRITE);
}

/* Starts the next piece. SIZE: what was to be written is not there any more. */
static enum err transfer(const struct nonvolatile_storage_driver *self,
                         struct process *process,
                         const struct nonvolatile_storage_driver_grant *grant)
{
    struct nonvolatile_storage_transfer *op = &self->state->transfer;
    uint32_t left = grant->len - grant->moved;
    enum err err;

    self->state->active = process_id(process);
    op->client = &self->storage_client;
    op->data = self->data;
    op->address = grant->offset + grant->moved;
    op->len = left < self->data_size ? left : self->data_size;
    if (grant->request == READ) {
        return nonvolatile_storage_read(&self->storage, op);
    }
    op->len = process_buffer_read(process, self->driver, TO_WRITE, grant->moved,
                                  self->data, op->len);
    err = nonvolatile_storage_write(&self->storage, op);
    if (err != OK) {
        memset(self->data, 0, op->len);
    }
    return err;
}

static void end(const struct nonvolatile_storage_driver *self, struct process *process,
                struct nonvolatile_storage_driver_grant *grant, enum err err)
{
    uint8_t upcall =
        (uint8_t)(grant->request == READ ? NONVOLATILE_STORAGE_DRIVER_UPCALL_READ
                                         : NONVOLATILE_STORAGE_DRIVER_UPCALL_WRITTEN);

    grant->request = 0;
    process_upcall(process, self->driver, upcall, grant->moved, (uint32_t)err, 0);
}

/* Gives the turn to the next whose piece can start; each round takes one out of waiting.
 * It may wait no longer: its process may have ended, or begun another life. */
static void next(const struct nonvolatile_storage_driver *self)
{
    struct nonvolatile_storage_driver_state *state = self->state;

    while (arbiter_pass(&state->turns)) {
        struct process *process = process_in_slot(state->turns.last);
        struct nonvolatile_storage_driver_grant *grant =
            process == NULL ? NULL : grant_get(process, self->driver);

        if (grant != NULL && grant->request != 0) {
            enum err err = transfer(self, process, grant);
            if (err == OK) {
                return;
            }
            end(self, process, grant, err);
        }
    }
}

/* A piece has moved: what was read goes to the process if it lives. */
static void done(const struct nonvolatile_storage_bytes_client *client,
                 const struct nonvolatile_storage_transfer *op, enum err err)
{
    const struct nonvolatile_storage_driver *self =
        container_of(client, struct nonvolatile_storage_driver, storage_client);
    struct process *process = process_get(self->state->active);
    struct nonvolatile_storage_driver_grant *grant =
        process == NULL ? NULL : grant_get(process, self->driver);

    if (grant != NULL) {
        uint32_t moved = op->moved;
        if (grant->request == READ) {
            moved = process_buffer_write(process, self->driver, TO_READ, grant->moved,
                                         op->data, op->moved);
        }
        grant->moved += moved;
        if (err == OK && moved < op->moved) {
            err = ERR_SIZE;
        }
        if (err != OK || grant->moved == grant->len) {
            end(self, process, grant, err);
        } else {
            arbiter_take(&self->state->turns, self->state->active.slot); /* queues */
        }
    }
    memset(op->data, 0, self->data_size);
    next(self);
}

void nonvolatile_storage_driver_read_done(
    const struct nonvolatile_storage_bytes_client *client,
    struct nonvolatile_storage_transfer *op, enum err err)
{
    done(client, op, err);
}

void nonvolatile_storage_driver_write_done(
    const struct nonvolatile_storage_bytes_client *client,
    struct nonvolatile_storage_transfer *op, enum err err)
{
    done(client, op, err);
}

/* -- system calls ---------------------------------------------------------------------- */

static enum err request(const struct nonvolatile_storage_driver *self,
                        struct process *process, const struct command *command)
{
    struct nonvolatile_storage_driver_grant *grant = grant_enter(process, self->driver);
    uint32_t offset = command->arg[0];
    uint32_t len = command->arg[1];
    uint32_t room = buffer_len(self, process, (uint8_t)command->number);

    if (grant == NULL || grant->request != 0) {
        return ERR_NOMEM;
    }
    if (len > self->storage_size || offset > self->storage_size - len) {
        return ERR_INVAL;
    }
    if (room == 0) {
        return ERR_RESERVE;
    }
    grant->request = (uint8_t)command->number;
    grant->offset = offset;
    grant->len = len < room ? len : room;
    grant->moved = 0;
    if (len == 0) {
        end(self, process, grant, OK);
        return OK;
    }
    if (!arbiter_take(&self->state->turns, process_id(process).slot)) {
        return OK; /* its turn comes */
    }
    enum err err = transfer(self, process, grant);
    if (err != OK) {
        grant->request = 0;
        next(self);
    }
    return err;
}

void nonvolatile_storage_driver_command(const struct nonvolatile_storage_driver *self,
                                        struct process *process,
                                        const struct command *command,
                                        struct command_result *result)
{
    switch (command->number) {
    case NONVOLATILE_STORAGE_DRIVER_COMMAND_SIZE:
        command_success_u32(result, self->storage_size);
        break;
    case READ:
    case WRITE:
        command_status(result, request(self, process, command));
        break;
    default:
        command_failure(result, ERR_NOSUPPORT);
        break;
    }
}
