/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For tests: blocks of a disk whose byte n is 7 n + 3 pattern. */
#pragma once

#include "hil/disk.h"
#include "kernel/driver.h"

struct keeper_state {
    struct disk_block block;
    uint8_t data[DISK_BLOCK_SIZE];
    uint32_t pattern;
    uint32_t done;
    uint32_t result;
};

struct keeper {
    struct keeper_state *state;
    struct disk_blocks disk;
    struct disk_blocks_client disk_client;
    const struct syscall_driver *driver;
};

/** fill and compare begin; done answers how many of them are over, result how the last
 * went: 0, an error, or 100 if a block was not as expected. */
void keeper_command(const struct keeper *self, struct process *process,
                    const struct command *command, struct command_result *result);
void keeper_block_read(const struct disk_blocks_client *client,
                       struct disk_block *block, enum err err);
void keeper_block_written(const struct disk_blocks_client *client,
                          struct disk_block *block, enum err err);
