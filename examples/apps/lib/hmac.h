/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* HMAC-SHA-256 through the HMAC driver (0x40003); every call waits for its end. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tock.h"

#define HMAC_DRIVER 0x40003u
#define HMAC_LEN 32u

/** Whether there is an HMAC driver, for this algorithm. */
static inline bool hmac_exists(void)
{
    return tock_succeeded(tock_command(HMAC_DRIVER, 0, 0, 0));
}

/** Writes the code of `len` bytes under a key, in flash or RAM; 0 or a tock_error. */
static inline uint32_t hmac_run(const void *key, size_t key_len, const void *bytes,
                                size_t len, uint8_t code[HMAC_LEN])
{
    tock_allow_ro(HMAC_DRIVER, 0, key, key_len);
    tock_allow_ro(HMAC_DRIVER, 1, bytes, len);
    tock_allow_rw(HMAC_DRIVER, 2, code, HMAC_LEN);
    struct tock_result result = tock_command(HMAC_DRIVER, 1, 0, 0);
    uint32_t status = tock_succeeded(result)
                          ? tock_yield_wait_for(HMAC_DRIVER, 0).values[0]
                          : result.values[0];
    tock_allow_rw(HMAC_DRIVER, 2, NULL, 0);
    tock_allow_ro(HMAC_DRIVER, 1, NULL, 0);
    tock_allow_ro(HMAC_DRIVER, 0, NULL, 0);
    return status;
}
