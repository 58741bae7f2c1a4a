/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Pins through the GPIO driver (0x4); a pin that another application has is refused. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tock.h"

#define GPIO_DRIVER 0x4u

enum gpio_pull { GPIO_PULL_NONE, GPIO_PULL_UP, GPIO_PULL_DOWN };
enum gpio_edge { GPIO_EDGE_BOTH, GPIO_EDGE_RISING, GPIO_EDGE_FALLING };

/** How many pins there are; 0 without a driver. */
static inline uint32_t gpio_count(void)
{
    struct tock_result result = tock_command(GPIO_DRIVER, 10, 0, 0);

    return result.variant == TOCK_SUCCESS_U32 ? result.values[0] : 0;
}

/** Makes pin `index` an output. */
static inline bool gpio_make_output(uint32_t index)
{
    return tock_succeeded(tock_command(GPIO_DRIVER, 1, index, 0));
}

/** Drives pin `index` high or low. */
static inline bool gpio_set(uint32_t index, bool high)
{
    return tock_succeeded(tock_command(GPIO_DRIVER, high ? 2 : 3, index, 0));
}

/** Makes pin `index` an input. */
static inline bool gpio_make_input(uint32_t index, enum gpio_pull pull)
{
    return tock_succeeded(tock_command(GPIO_DRIVER, 5, index, pull));
}

/** Whether pin `index` is high now. */
static inline bool gpio_read(uint32_t index)
{
    struct tock_result result = tock_command(GPIO_DRIVER, 6, index, 0);

    return result.variant == TOCK_SUCCESS_U32 && result.values[0] != 0;
}

/** From now on `changed` hears of watched pins: (pin, 1 high or 0 low, 0, 0). */
static inline void gpio_subscribe(tock_upcall *changed)
{
    tock_subscribe(GPIO_DRIVER, 0, changed, 0);
}

/** Edges of pin `index` are told. */
static inline bool gpio_watch(uint32_t index, enum gpio_edge edge)
{
    return tock_succeeded(tock_command(GPIO_DRIVER, 7, index, edge));
}

/** Gives pin `index` back. */
static inline bool gpio_disable(uint32_t index)
{
    return tock_succeeded(tock_command(GPIO_DRIVER, 9, index, 0));
}
