/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Devices on an I2C bus by address, through the I2C driver (0x20003). Each call waits, and
 * says 0 or a Tock error: TOCK_NODEVICE, the board does not list this address or has no such
 * driver; TOCK_NOACK, nobody answers there. Bytes are in RAM, also those that are written.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tock.h"

#define I2C_DRIVER 0x20003u

static inline uint32_t i2c_request(uint32_t number, uint32_t first, void *bytes,
                                   size_t room, uint32_t len)
{
    tock_allow_rw(I2C_DRIVER, 1, bytes, room);
    struct tock_result result = tock_command(I2C_DRIVER, number, first, len);
    uint32_t status = tock_succeeded(result)
                          ? tock_yield_wait_for(I2C_DRIVER, 0).values[0]
                          : result.values[0];

    tock_allow_rw(I2C_DRIVER, 1, NULL, 0);
    return status;
}

static inline uint32_t i2c_write(uint8_t address, void *bytes, size_t len)
{
    return i2c_request(1, address, bytes, len, len);
}

static inline uint32_t i2c_read(uint8_t address, void *bytes, size_t len)
{
    return i2c_request(2, address, bytes, len, len);
}

/** Writes the first `written` of `bytes`, then reads `read` bytes to their begin; nobody
 * else has the bus between. */
static inline uint32_t i2c_write_read(uint8_t address, void *bytes, size_t written,
                                      size_t read)
{
    return i2c_request(3, address | (uint32_t)written << 8, bytes,
                       written > read ? written : read, read);
}
