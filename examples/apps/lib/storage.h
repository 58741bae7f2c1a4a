/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Bytes that outlast a reset, through the storage driver (0x50001). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tock.h"

#define STORAGE_DRIVER 0x50001u

/** How many bytes there are, at offsets from 0; 0 without a driver. */
static inline uint32_t storage_size(void)
{
    struct tock_result result = tock_command(STORAGE_DRIVER, 1, 0, 0);

    return result.variant == TOCK_SUCCESS_U32 ? result.values[0] : 0;
}

/** Waits until `len` bytes are read from `offset`; how many were. */
static inline uint32_t storage_read(uint32_t offset, void *bytes, size_t len)
{
    uint32_t moved = 0;

    tock_allow_rw(STORAGE_DRIVER, 0, bytes, len);
    if (tock_succeeded(tock_command(STORAGE_DRIVER, 2, offset, len))) {
        moved = tock_yield_wait_for(STORAGE_DRIVER, 0).values[0];
    }
    tock_allow_rw(STORAGE_DRIVER, 0, NULL, 0);
    return moved;
}

/** Waits until `len` bytes are written at `offset`; how many were. */
static inline uint32_t storage_write(uint32_t offset, const void *bytes, size_t len)
{
    uint32_t moved = 0;

    tock_allow_ro(STORAGE_DRIVER, 0, bytes, len);
    if (tock_succeeded(tock_command(STORAGE_DRIVER, 3, offset, len))) {
        moved = tock_yield_wait_for(STORAGE_DRIVER, 1).values[0];
    }
    tock_allow_ro(STORAGE_DRIVER, 0, NULL, 0);
    return moved;
}
