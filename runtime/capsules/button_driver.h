/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Buttons for processes, by index. A button that nobody asked for interrupts nobody.
 *
 * Upcall: changed (button, 1 pressed or 0 released, 0), to each process that enabled it.
 * Two changes that come close together are one upcall, which tells how the button is.
 *
 * Invariant: a button is watched exactly while a live process has it enabled.
 */
#pragma once

#include "hil/gpio.h"
#include "kernel/driver.h"

struct button_driver_grant {
    uint32_t enabled; /* bit n: button n */
};

struct button_driver {
    const struct gpio_input *buttons_input;
    const struct gpio_interrupt *buttons_interrupt;
    struct gpio_interrupt_client buttons_interrupt_client;
    uint8_t buttons_count;
    uint32_t active_low; /* bit n: button n is pressed while its pin is low */
    struct gpio_event *events;
    const struct syscall_driver *driver;
};

void button_driver_command(const struct button_driver *self, struct process *process,
                           const struct command *command,
                           struct command_result *result);
void button_driver_exited(const struct button_driver *self, struct process_id id);
void button_driver_changed(const struct gpio_interrupt_client *client,
                           struct gpio_event *event);
