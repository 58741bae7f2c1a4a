/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Text out and in for processes, each served in its turn.
 *
 * A write is one turn: it goes out whole, in chunks of the tx buffer that are copied when
 * they are due, so a process may change or withdraw its buffer at any time and harms only
 * its own text. A read is one turn too. Turns go round robin over the slots.
 *
 * Upcalls: written (bytes sent, status, 0); read (status, bytes, 0). Status is 0, the
 * UART's error, CANCEL for an aborted read, or SIZE when the buffer became too short.
 *
 * Invariant: tx (rx) holds bytes only while a transmission (reception) is under way, and
 * then only those of one life of one process; its end wipes them.
 */
#pragma once

#include "hil/uart.h"
#include "kernel/driver.h"
#include "lib/arbiter.h"

struct console_grant {
    uint32_t write_len; /* bytes asked for; 0: no write outstanding */
    uint32_t written;   /* of these, bytes that went out */
    uint16_t read_len;  /* bytes asked for; 0: no read outstanding */
};

struct console_state {
    struct uart_transmission transmission;
    struct uart_reception reception;
    struct arbiter writers;   /* by slot; held while a transmission is under way */
    struct arbiter readers;   /* by slot; held while a reception is under way */
    struct process_id writer; /* whose turn it is; stale once that life has ended */
    struct process_id reader;
};

struct console {
    struct console_state *state;
    struct uart_transmit uart_transmit;
    struct uart_transmit_client uart_transmit_client;
    struct uart_receive uart_receive;
    struct uart_receive_client uart_receive_client;
    uint8_t *tx;
    uint16_t tx_size;
    uint8_t *rx;
    uint16_t rx_size;
    const struct syscall_driver *driver;
};

void console_command(const struct console *self, struct process *process,
                     const struct command *command, struct command_result *result);
void console_exited(const struct console *self, struct process_id id);
void console_transmitted(const struct uart_transmit_client *client,
                         struct uart_transmission *op, enum err err);
void console_received(const struct uart_receive_client *client,
                      struct uart_reception *op, enum err err);
