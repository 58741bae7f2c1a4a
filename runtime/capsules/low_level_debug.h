/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Numbers that a process can print without a buffer, a library or a working stack.
 *
 * One line each, queued in the process's own memory, processes in turn:
 *
 *   debug: process 0 alerts 0x2
 *   debug: process 0 prints 0x1234
 *   debug: process 0 prints 0x1 0xffff0000
 *   debug: process 0 lost some
 *
 * What does not fit in the queue is dropped; one last line marks where.
 */
#pragma once

#include "hil/uart.h"
#include "kernel/driver.h"
#include "lib/arbiter.h"

#define LOW_LEVEL_DEBUG_QUEUE 4u

struct low_level_debug_message {
    uint32_t value[2];
    uint8_t kind;
};

/** A ring; the place beyond the queue is for the mark of what was lost. */
struct low_level_debug_grant {
    struct low_level_debug_message messages[LOW_LEVEL_DEBUG_QUEUE + 1];
    uint8_t first;
    uint8_t count;
};

struct low_level_debug_state {
    struct uart_transmission transmission;
    struct arbiter writers; /* by slot; held while a line is under way */
};

struct low_level_debug {
    struct low_level_debug_state *state;
    struct uart_transmit uart;
    struct uart_transmit_client uart_client;
    uint8_t *tx;
    uint16_t tx_size;
    const struct syscall_driver *driver;
};

void low_level_debug_command(const struct low_level_debug *self,
                             struct process *process, const struct command *command,
                             struct command_result *result);
void low_level_debug_transmitted(const struct uart_transmit_client *client,
                                 struct uart_transmission *op, enum err err);
