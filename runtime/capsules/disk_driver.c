/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "capsules/disk_driver.h"

#include "disk_driver_abi.h"
#include "kernel/grant.h"
#include "kernel/process_buffer.h"
#include "kernel/upcall.h"
#include "lib/container.h"
#include "lib/memory.h"

#define INITIALIZE DISK_DRIVER_COMMAND_INITIALIZE
#define READ DISK_DRIVER_COMMAND_READ_BLOCK
#define WRITE DISK_DRIVER_COMMAND_WRITE_BLOCK
#define TO_READ DISK_DRIVER_ALLOW_RW_READ
#define TO_WRITE DISK_DRIVER_ALLOW_RO_WRITTEN

#define INITIALIZED 1u /* events */
#define WAS_READ 2u
#define WAS_WRITTEN 3u
#define FAILED 4u

#define MOST_BLOCKS (UINT32_C(1) << 31) /* the highest bit of how many there can be */
#define BLOCKS_PER_KIB (1024u / DISK_BLOCK_SIZE)

/* Starts the next block. SIZE: what was to be written is not there any more. */
static enum err start(const struct disk_driver *self, struct process *process,
                      const struct disk_driver_grant *grant)
{
    struct disk_block *block = &self->state->block;
    enum err err = ERR_SIZE;

    self->state->active = process_id(process);
    block->client = &self->disk_client;
    block->data = self->data;
    block->number = grant->number;
    if (grant->request == INITIALIZE) {
        block->number = (grant->number | grant->bit) - 1;
    }
    if (grant->request != WRITE) {
        return disk_read_block(&self->disk, block);
    }
    if (process_buffer_read(process, self->driver, TO_WRITE, 0, self->data,
                            DISK_BLOCK_SIZE) == DISK_BLOCK_SIZE) {
        err = disk_write_block(&self->disk, block);
    }
    if (err != OK) {
        memset(self->data, 0, DISK_BLOCK_SIZE);
    }
    return err;
}

static void end(const struct disk_driver *self, struct process *process,
                struct disk_driver_grant *grant, enum err err)
{
    uint32_t event = FAILED;
    uint32_t first = (uint32_t)err;
    uint32_t second = 0;

    if (err == OK && grant->request == INITIALIZE) {
        event = INITIALIZED;
        first = DISK_BLOCK_SIZE;
        second = grant->number / BLOCKS_PER_KIB;
    } else if (err == OK) {
        event = grant->request == READ ? WAS_READ : WAS_WRITTEN;
        first = grant->len;
    }
    grant->request = 0;
    process_upcall(process, self->driver, DISK_DRIVER_UPCALL_EVENT, event, first,
                   second);
}

/* A block of a live process is over, or was refused: tells the process, or queues it for
 * the next bit. The turn is held. */
static void step(const struct disk_driver *self, struct process *process,
                 struct disk_driver_grant *grant, enum err err)
{
    if (grant->request == READ && err == OK &&
        process_buffer_write(process, self->driver, TO_READ, 0, self->data,
                             grant->len) < grant->len) {
        err = ERR_SIZE;
    }
    if (grant->request == INITIALIZE && (err == OK || err == ERR_INVAL)) {
        grant->number |= err == OK ? grant->bit : 0;
        grant->bit >>= 1;
        err = OK;
        if (grant->bit != 0) {
            arbiter_take(&self->state->turns, process_id(process).slot); /* queues */
            return;
        }
    }
    end(self, process, grant, err);
}

/* Gives the turn to the next whose block can start; each round takes one out of waiting.
 * It may wait no longer: its process may have ended, or begun another life. */
static void next(const struct disk_driver *self)
{
    struct disk_driver_state *state = self->state;

    while (arbiter_pass(&state->turns)) {
        struct process *process = process_in_slot(state->turns.last);
        struct disk_driver_grant *grant =
            process == NULL ? NULL : grant_get(process, self->driver);

        if (grant != NULL && grant->request != 0) {
            enum err err = start(self, process, grant);
            if (err == OK) {
                return;
            }
            state->absent = err == ERR_OFF;
            step(self, process, grant, err);
        }
    }
}

static void done(const struct disk_blocks_client *client, enum err err)
{
    const struct disk_driver *self =
        container_of(client, struct disk_driver, disk_client);
    struct process *process = process_get(self->state->active);
    struct disk_driver_grant *grant =
        process == NULL ? NULL : grant_get(process, self->driver);

    self->state->absent = err == ERR_OFF;
    if (grant != NULL) {
        step(self, process, grant, err);
    }
    memset(self->data, 0, DISK_BLOCK_SIZE);
    next(self);
}

void disk_driver_block_read(const struct disk_blocks_client *client,
                            struct disk_block *block, enum err err)
{
    (void)block;
    done(client, err);
}

void disk_driver_block_written(const struct disk_blocks_client *client,
                               struct disk_block *block, enum err err)
{
    (void)block;
    done(client, err);
}

/* -- system calls ---------------------------------------------------------------------- */

/* What the process's buffer has for a block; BUSY, RESERVE and SIZE say what is wrong. */
static enum err prepare(const struct disk_driver *self, struct process *process,
                        struct disk_driver_grant *grant, const struct command *command)
{
    uint32_t len = DISK_BLOCK_SIZE;

    if (grant->request != 0) {
        return ERR_BUSY;
    }
    if (command->number == READ) {
        len = process_buffer_rw_len(process, self->driver, TO_READ);
    } else if (command->number == WRITE) {
        len = process_buffer_ro_len(process, self->driver, TO_WRITE);
    }
    if (len == 0) {
        return ERR_RESERVE;
    }
    if (command->number == WRITE && len < DISK_BLOCK_SIZE) {
        return ERR_SIZE;
    }
    grant->request = (uint8_t)command->number;
    grant->len = (uint16_t)(len < DISK_BLOCK_SIZE ? len : DISK_BLOCK_SIZE);
    grant->number = command->number == INITIALIZE ? 0 : command->arg[0];
    grant->bit = MOST_BLOCKS;
    return OK;
}

static enum err request(const struct disk_driver *self, struct process *process,
                        const struct command *command)
{
    struct disk_driver_grant *grant = grant_enter(process, self->driver);
    enum err err = grant == NULL ? ERR_NOMEM : prepare(self, process, grant, command);

    if (err != OK || !arbiter_take(&self->state->turns, process_id(process).slot)) {
        return err; /* OK: its turn comes */
    }
    err = start(self, process, grant);
    if (err == OK) {
        return OK;
    }
    self->state->absent = err == ERR_OFF;
    if (grant->request == INITIALIZE && err == ERR_INVAL) {
        step(self, process, grant, err); /* part of the answer */
        err = OK;
    } else {
        grant->request = 0;
    }
    next(self);
    return err;
}

void disk_driver_command(const struct disk_driver *self, struct process *process,
                         const struct command *command, struct command_result *result)
{
    switch (command->number) {
    case DISK_DRIVER_COMMAND_IS_INSTALLED:
        command_success_u32(result, !self->state->absent);
        break;
    case INITIALIZE:
    case READ:
    case WRITE:
        command_status(result, request(self, process, command));
        break;
    default:
        command_failure(result, ERR_NOSUPPORT);
        break;
    }
}
