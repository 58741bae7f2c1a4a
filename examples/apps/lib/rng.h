/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Random bytes through the RNG driver (0x40001), as good as the board's source is. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tock.h"

#define RNG_DRIVER 0x40001u

/** Waits for `len` random bytes; how many came: fewer after an error. */
static inline size_t rng_get(void *bytes, size_t len)
{
    size_t got = 0;

    tock_allow_rw(RNG_DRIVER, 0, bytes, len);
    if (tock_succeeded(tock_command(RNG_DRIVER, 1, len, 0))) {
        got = tock_yield_wait_for(RNG_DRIVER, 0).values[1];
    }
    tock_allow_rw(RNG_DRIVER, 0, NULL, 0);
    return got;
}
