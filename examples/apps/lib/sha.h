/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* SHA-256 through the SHA driver (0x40005); every call waits for its end. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tock.h"

#define SHA_DRIVER 0x40005u
#define SHA_LEN 32u

/** Whether there is a SHA driver, for this algorithm. */
static inline bool sha_exists(void)
{
    return tock_succeeded(tock_command(SHA_DRIVER, 0, 0, 0)) &&
           tock_succeeded(tock_command(SHA_DRIVER, 1, 0, 0));
}

/** Writes the digest of `len` bytes, in flash or RAM; 0 or a tock_error. */
static inline uint32_t sha_hash(const void *bytes, size_t len, uint8_t digest[SHA_LEN])
{
    tock_allow_ro(SHA_DRIVER, 0, bytes, len);
    tock_allow_rw(SHA_DRIVER, 0, digest, SHA_LEN);
    struct tock_result result = tock_command(SHA_DRIVER, 2, 0, 0);
    uint32_t status = tock_succeeded(result)
                          ? tock_yield_wait_for(SHA_DRIVER, 0).values[0]
                          : result.values[0];
    tock_allow_rw(SHA_DRIVER, 0, NULL, 0);
    tock_allow_ro(SHA_DRIVER, 0, NULL, 0);
    return status;
}

/** Compares the digest of `len` bytes with an expected one; 0 or a tock_error. */
static inline uint32_t sha_verify(const void *bytes, size_t len,
                                  const uint8_t expected[SHA_LEN], bool *equal)
{
    struct tock_event event = {{0, 0, 0}};

    tock_allow_ro(SHA_DRIVER, 0, bytes, len);
    tock_allow_ro(SHA_DRIVER, 1, expected, SHA_LEN);
    struct tock_result result = tock_command(SHA_DRIVER, 3, 0, 0);
    if (tock_succeeded(result)) {
        event = tock_yield_wait_for(SHA_DRIVER, 1);
    } else {
        event.values[0] = result.values[0];
    }
    tock_allow_ro(SHA_DRIVER, 1, NULL, 0);
    tock_allow_ro(SHA_DRIVER, 0, NULL, 0);
    *equal = event.values[0] == 0 && event.values[1] != 0;
    return event.values[0];
}
