/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* LED: one light, on or off, whatever its polarity. Nothing can fail once wired. */
#pragma once

#include "hil/port.h"

HIL_PORT(led_light);

typedef void led_light_set_fn(const struct led_light *, bool);
typedef bool led_light_is_on_fn(const struct led_light *);

struct led_light_ops {
    led_light_set_fn *light_set;
    led_light_is_on_fn *light_is_on;
};

#ifdef LED_LIGHT_SEALED
#define LED_LIGHT(port, operation) HIL_JOIN(LED_LIGHT_SEALED, operation)
led_light_set_fn LED_LIGHT(, light_set);
led_light_is_on_fn LED_LIGHT(, light_is_on);
#else
#define LED_LIGHT(port, operation) (port)->ops->operation
#endif

/** Lights it or puts it out. */
HIL_CALL_INFALLIBLE void led_light_set(const struct led_light *port, bool on)
{
    LED_LIGHT(port, light_set)(port, on);
}

/** Whether it is lit. */
HIL_CALL_INFALLIBLE bool led_light_is_on(const struct led_light *port)
{
    return LED_LIGHT(port, light_is_on)(port);
}
