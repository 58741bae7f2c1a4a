/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The temperature through its driver (0x60000). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tock.h"

#define TEMPERATURE_DRIVER 0x60000u

/** Waits for a reading of that driver, in hundredths of a degree Celsius; false if there
 * is none. For a board with more thermometers than one. */
static inline bool temperature_read_from(uint32_t driver, int32_t *hundredths)
{
    if (!tock_succeeded(tock_command(driver, 1, 0, 0))) {
        return false;
    }
    struct tock_event event = tock_yield_wait_for(driver, 0);

    *hundredths = (int32_t)event.values[0];
    return event.values[1] == 0;
}

/** The same of the driver with Tock's number. */
static inline bool temperature_read(int32_t *hundredths)
{
    return temperature_read_from(TEMPERATURE_DRIVER, hundredths);
}
