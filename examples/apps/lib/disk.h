/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Blocks of a disk such as an SD card, through the disk driver (0x50002). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tock.h"

#define DISK_DRIVER 0x50002u
#define DISK_BLOCK_SIZE 512u

/* What the driver says of an operation: the event, and its two words. */
#define DISK_INITIALIZED 1u
#define DISK_READ 2u
#define DISK_WRITTEN 3u
#define DISK_FAILED 4u

/** Starts a command and waits for its event; whether it is `event`. `words`: as told. */
static inline bool disk_ask(uint32_t command, uint32_t block, uint32_t event,
                            uint32_t *words)
{
    if (!tock_succeeded(tock_command(DISK_DRIVER, command, block, 0))) {
        return false;
    }
    struct tock_event told = tock_yield_wait_for(DISK_DRIVER, 0);

    words[0] = told.values[1];
    words[1] = told.values[2];
    return told.values[0] == event;
}

/** Waits until it is known how many KiB the disk has; 0 without a driver or a disk. */
static inline uint32_t disk_size_kib(void)
{
    uint32_t words[2];

    return disk_ask(2, 0, DISK_INITIALIZED, words) ? words[1] : 0;
}

/** Waits until DISK_BLOCK_SIZE bytes are read; whether they were. */
static inline bool disk_read(uint32_t block, void *bytes)
{
    uint32_t words[2];

    tock_allow_rw(DISK_DRIVER, 0, bytes, DISK_BLOCK_SIZE);
    bool read = disk_ask(3, block, DISK_READ, words) && words[0] == DISK_BLOCK_SIZE;
    tock_allow_rw(DISK_DRIVER, 0, NULL, 0);
    return read;
}

/** Waits until DISK_BLOCK_SIZE bytes are written; whether they were. */
static inline bool disk_write(uint32_t block, const void *bytes)
{
    uint32_t words[2];

    tock_allow_ro(DISK_DRIVER, 0, bytes, DISK_BLOCK_SIZE);
    bool written = disk_ask(4, block, DISK_WRITTEN, words);
    tock_allow_ro(DISK_DRIVER, 0, NULL, 0);
    return written;
}
