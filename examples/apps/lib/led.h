/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Lights through the LED driver (0x2). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tock.h"

#define LED_DRIVER 0x2u

/** How many lights there are; 0 without a driver. */
static inline uint32_t led_count(void)
{
    struct tock_result result = tock_command(LED_DRIVER, 0, 0, 0);

    return result.variant == TOCK_SUCCESS_U32 ? result.values[0] : 0;
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
