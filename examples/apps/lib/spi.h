/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The board's device on an SPI bus, through the SPI driver (0x20001). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tock.h"

#define SPI_DRIVER 0x20001u

/** How fast this application's transfers go, in hertz; 0 without a driver. */
static inline uint32_t spi_rate(void)
{
    struct tock_result result = tock_command(SPI_DRIVER, 6, 0, 0);

    return result.variant == TOCK_SUCCESS_U32 ? result.values[0] : 0;
}

/** Not faster than the board says the device can take. */
static inline bool spi_set_rate(uint32_t hz)
{
    return tock_succeeded(tock_command(SPI_DRIVER, 5, hz, 0));
}

/** Polarity and phase are 0 or 1. */
static inline bool spi_set_mode(uint32_t polarity, uint32_t phase)
{
    return tock_succeeded(tock_command(SPI_DRIVER, 9, polarity, 0)) &&
           tock_succeeded(tock_command(SPI_DRIVER, 7, phase, 0));
}

/** Sends `len` bytes and receives as many, which may overwrite those sent; `received` may
 * be NULL. Waits; whether all of them moved. */
static inline bool spi_transfer(const void *sent, void *received, size_t len)
{
    bool whole = false;

    tock_allow_ro(SPI_DRIVER, 0, sent, len);
    tock_allow_rw(SPI_DRIVER, 0, received, received == NULL ? 0 : len);
    if (tock_succeeded(tock_command(SPI_DRIVER, 2, len, 0))) {
        whole = tock_yield_wait_for(SPI_DRIVER, 0).values[0] == len;
    }
    tock_allow_rw(SPI_DRIVER, 0, NULL, 0);
    tock_allow_ro(SPI_DRIVER, 0, NULL, 0);
    return whole;
}

/** Receives `len` bytes while ones are sent. */
static inline bool spi_read(void *received, size_t len)
{
    bool whole = false;

    tock_allow_rw(SPI_DRIVER, 0, received, len);
    if (tock_succeeded(tock_command(SPI_DRIVER, 11, len, 0))) {
        whole = tock_yield_wait_for(SPI_DRIVER, 0).values[0] == len;
    }
    tock_allow_rw(SPI_DRIVER, 0, NULL, 0);
    return whole;
}
