/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A light that tells its pad which function it has. */
#pragma once

#include "hil/led.h"

struct pulse_registers {
    uint32_t select; /* pad, function */
    uint32_t light;
};

struct pulse {
    volatile struct pulse_registers *registers;
    uint8_t out_pad;
    uint8_t out_function;
    uint8_t sync_pad;
};

extern const struct led_light_ops pulse_light_ops;

led_light_set_fn pulse_light_set;
led_light_is_on_fn pulse_light_is_on;
