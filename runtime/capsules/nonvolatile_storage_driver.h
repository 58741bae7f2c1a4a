/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A region of bytes that outlast a reset, for processes.
 *
 * All of them share it, as upstream's do: which applications may is for the board's filter
 * to say. A turn is a piece of at most the buffer's size, turns go round robin over the
 * slots, and what is written is copied from the process when its turn comes, so that no
 * process's bytes are ever written for another.
 *
 * Upcalls: read, written (bytes, status, 0). Status, which upstream does not have, is 0,
 * the memory's error, or SIZE when the process's buffer became too short.
 *
 * Invariant: data holds bytes only while a transfer is under way; its end wipes them.
 */
#pragma once

#include "hil/nonvolatile_storage.h"
#include "kernel/driver.h"
#include "lib/arbiter.h"

struct nonvolatile_storage_driver_grant {
    uint8_t request; /* the command that is outstanding; 0: none */
    uint32_t offset;
    uint32_t len;
    uint32_t moved; /* of len, bytes read or written */
};

struct nonvolatile_storage_driver_state {
    struct nonvolatile_storage_transfer transfer;
    struct arbiter turns; /* by slot; held while the transfer is under way */
    struct process_id active;
};

struct nonvolatile_storage_driver {
    struct nonvolatile_storage_driver_state *state;
    struct nonvolatile_storage_bytes storage;
    struct nonvolatile_storage_bytes_client storage_client;
    uint32_t storage_size;
    uint8_t *data;
    uint16_t data_size;
    const struct syscall_driver *driver;
};

void nonvolatile_storage_driver_command(const struct nonvolatile_storage_driver *self,
                                        struct process *process,
                                        const struct command *command,
                                        struct command_result *result);
void nonvolatile_storage_driver_read_done(
    const struct nonvolatile_storage_bytes_client *client,
    struct nonvolatile_storage_transfer *op, enum err err);
void nonvolatile_storage_driver_write_done(
    const struct nonvolatile_storage_bytes_client *client,
    struct nonvolatile_storage_transfer *op, enum err err);
