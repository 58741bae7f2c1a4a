/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* LEDs for processes, by index; nobody owns one, so there is nothing to keep. */
#pragma once

#include "hil/led.h"
#include "kernel/driver.h"

struct led_driver {
    const struct led_light *leds;
    uint8_t leds_count;
    const struct syscall_driver *driver;
};

void led_driver_command(const struct led_driver *self, struct process *process,
                        const struct command *command, struct command_result *result);
