/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Blocks of 512 bytes on a disk, for processes.
 *
 * All of them share it, as upstream's share the SD card: which applications may is for the
 * board's filter to say. A turn is one block, turns go round robin over the slots, and
 * what is written is copied from the process when its turn comes: a whole block or none.
 *
 * `initialize` finds out how large the disk is, by reading: no disk says so, but each
 * tells which blocks it has not. That takes a turn for each bit of the answer. A disk starts
 * by itself, so it is not needed before blocks are read and written. Nobody tells whether
 * a disk is in its place but the last operation, so until there was one `is_installed`
 * says yes.
 *
 * Upcall, event by event: 1, block size, KiB: initialized. 2, bytes, 0: read; no more than
 * the process's buffer held at the command. 3, bytes, 0: written. 4, error, 0: the disk's,
 * or SIZE when the process's buffer became too short. 0 and the numbers below -10000,
 * which upstream has, do not come.
 *
 * Invariant: data holds bytes only while a block is under way; its end wipes them.
 */
#pragma once

#include "hil/disk.h"
#include "kernel/driver.h"
#include "lib/arbiter.h"

struct disk_driver_grant {
    uint8_t request; /* the command that is outstanding; 0: none */
    uint16_t len;    /* of the block, bytes that go to the process */
    uint32_t
        number;   /* of the block; to initialize: blocks that are there for certain */
    uint32_t bit; /* to initialize: how many more are looked for */
};

struct disk_driver_state {
    struct disk_block block;
    struct arbiter turns; /* by slot; held while a block is under way */
    struct process_id active;
    bool absent; /* the last operation found no disk */
};

struct disk_driver {
    struct disk_driver_state *state;
    struct disk_blocks disk;
    struct disk_blocks_client disk_client;
    uint8_t *data;
    uint16_t data_size;
    const struct syscall_driver *driver;
};

void disk_driver_command(const struct disk_driver *self, struct process *process,
                         const struct command *command, struct command_result *result);
void disk_driver_block_read(const struct disk_blocks_client *client,
                            struct disk_block *block, enum err err);
void disk_driver_block_written(const struct disk_blocks_client *client,
                               struct disk_block *block, enum err err);
