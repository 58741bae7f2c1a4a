/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Buttons through the button driver (0x3). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tock.h"

#define BUTTON_DRIVER 0x3u

/** How many buttons there are; 0 without a driver. */
static inline uint32_t button_count(void)
{
    struct tock_result result = tock_command(BUTTON_DRIVER, 0, 0, 0);

    return result.variant == TOCK_SUCCESS_U32 ? result.values[0] : 0;
}

/** Whether button `index` is held down now. */
static inline bool button_pressed(uint32_t index)
{
    struct tock_result result = tock_command(BUTTON_DRIVER, 3, index, 0);

    return result.variant == TOCK_SUCCESS_U32 && result.values[0] != 0;
}

/** From now on `changed` hears of every change: (button, 1 pressed or 0 released, 0, 0). */
static inline void button_subscribe(tock_upcall *changed)
{
    tock_subscribe(BUTTON_DRIVER, 0, changed, 0);
}

/** Changes of button `index` are told; false if there is none of that number. */
static inline bool button_enable(uint32_t index)
{
    return tock_succeeded(tock_command(BUTTON_DRIVER, 1, index, 0));
}
