/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For tests: a client of faulty_uart that does what a process says. */
#pragma once

#include "hil/time.h"
#include "hil/uart.h"
#include "kernel/driver.h"

struct faulty_client_state {
    struct uart_transmission op;
    struct uart_transmission second;
    struct time_deadline deadline;
    uint8_t letter;
};

struct faulty_client {
    struct faulty_client_state *state;
    struct uart_transmit uart;
    struct uart_transmit_client uart_client;
    struct uart_configure settings;
    struct time_alarm alarm;
    struct time_alarm_client alarm_client;
    const struct syscall_driver *driver;
};

void faulty_client_transmitted(const struct uart_transmit_client *client,
                               struct uart_transmission *op, enum err err);
void faulty_client_fired(const struct time_alarm_client *client,
                         struct time_deadline *deadline);
void faulty_client_command(const struct faulty_client *self, struct process *process,
                           const struct command *command,
                           struct command_result *result);
