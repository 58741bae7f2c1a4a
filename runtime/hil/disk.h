/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Disk: blocks of 512 bytes, numbered from 0, that are read and written whole and outlast
 * a reset.
 *
 * How many there are the medium knows, which may be another tomorrow: what it has not is
 * INVAL. A block is the provider's from OK to its completion. There is no cancel: a block
 * that is half written is worth nothing, and a block takes bounded time.
 */
#pragma once

#include "hil/port.h"

#define DISK_BLOCK_SIZE 512u

struct disk_block {
    const struct disk_blocks_client *client;
    uint8_t *data; /* lent: DISK_BLOCK_SIZE bytes */
    uint32_t number;
};

struct disk_blocks_client {
    void (*block_read)(const struct disk_blocks_client *, struct disk_block *,
                       enum err);
    void (*block_written)(const struct disk_blocks_client *, struct disk_block *,
                          enum err);
};

HIL_PORT(disk_blocks);

typedef enum err disk_read_block_fn(const struct disk_blocks *, struct disk_block *);
typedef enum err disk_write_block_fn(const struct disk_blocks *, struct disk_block *);

struct disk_blocks_ops {
    disk_read_block_fn *read_block;
    disk_write_block_fn *write_block;
};

#ifdef DISK_BLOCKS_SEALED
#define DISK_BLOCKS(port, operation) HIL_JOIN(DISK_BLOCKS_SEALED, operation)
disk_read_block_fn DISK_BLOCKS(, read_block);
disk_write_block_fn DISK_BLOCKS(, write_block);
#else
#define DISK_BLOCKS(port, operation) (port)->ops->operation
#endif

/** BUSY: this edge's earlier operation is still to complete. INVAL: the medium has no such
 * block, or nobody would be told. OFF: there is no medium. FAIL: it did not do it. After
 * an error nothing was lent, after a completion with one data holds anything. */
HIL_CALL enum err disk_read_block(const struct disk_blocks *port,
                                  struct disk_block *block)
{
    return DISK_BLOCKS(port, read_block)(port, block);
}

/** Errors as of disk_read_block; after a completion with FAIL, or a reset before it, the
 * block holds anything. */
HIL_CALL enum err disk_write_block(const struct disk_blocks *port,
                                   struct disk_block *block)
{
    return DISK_BLOCKS(port, write_block)(port, block);
}

/** Providers end a read_block with this, last: they are idle before it. */
HIL_CALL_INFALLIBLE void disk_block_read(struct disk_block *block, enum err err)
{
    block->client->block_read(block->client, block, err);
}

/** Providers end a write_block with this, last. */
HIL_CALL_INFALLIBLE void disk_block_written(struct disk_block *block, enum err err)
{
    block->client->block_written(block->client, block, err);
}
