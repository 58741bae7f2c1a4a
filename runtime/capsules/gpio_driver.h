/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Pins for processes, by index.
 *
 * The first command that changes a free pin and succeeds makes it that process's; to
 * others the pin is reserved (RESERVE) until its owner disables it or ends. A pin that is
 * given back is not driven, not watched and not pulled. Reading a free pin takes nothing.
 *
 * Upcall: changed (pin, level, 0), to the owner.
 *
 * Invariant: a pin without an owner is not watched.
 */
#pragma once

#include "hil/gpio.h"
#include "kernel/driver.h"

struct gpio_driver_use {
    struct gpio_event event;
    struct process_id owner; /* all-zero: nobody */
};

struct gpio_driver {
    const struct gpio_output *pins_output;
    const struct gpio_input *pins_input;
    const struct gpio_interrupt *pins_interrupt;
    struct gpio_interrupt_client pins_interrupt_client;
    const struct gpio_configure *pins_configure;
    uint8_t pins_count;
    struct gpio_driver_use *uses; /* one for each pin */
    const struct syscall_driver *driver;
};

void gpio_driver_command(const struct gpio_driver *self, struct process *process,
                         const struct command *command, struct command_result *result);
void gpio_driver_exited(const struct gpio_driver *self, struct process_id id);
void gpio_driver_changed(const struct gpio_interrupt_client *client,
                         struct gpio_event *event);
