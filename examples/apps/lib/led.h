/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Lights through the LED driver (0x2). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tock.h"

#define LED_DRIVER 0x2u

/** Whether there is a light `index`. */
static inline bool led_exists(uint32_t index)
{
    return tock_succeeded(tock_command(LED_DRIVER, 4, index, 0));
}

/** How many lights there are, 32 at most; 0 without a driver. */
static inline uint32_t led_count(void)
{
    uint32_t count = 0;

    while (count < 32 && led_exists(count)) {
        count++;
    }
    return count;
}

/** Switches light `index`; false if there is none of that number. */
static inline bool led_set(uint32_t index, bool lit)
{
    return tock_succeeded(tock_command(LED_DRIVER, lit ? 1 : 2, index, 0));
}

/** Inverts light `index`; false if there is none of that number. */
static inline bool led_toggle(uint32_t index)
{
    return tock_succeeded(tock_command(LED_DRIVER, 3, index, 0));
}
