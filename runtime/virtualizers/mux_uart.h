/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One UART transmitter for up to 32 clients: round robin, one outstanding transmission
 * each, in the order of lib/arbiter.
 *
 * The client's own descriptor goes down to the hardware; the mux only puts its client
 * word in and takes it out again. No copying, no buffers, so nothing of one client can be
 * seen by another. Receiving is not virtualized: one reader, wired past the mux.
 */
#pragma once

#include "hil/uart.h"
#include "virtualizers/turns.h"

struct mux_uart_state {
    struct turns_state turns;
};

struct mux_uart {
    struct mux_uart_state *state;
    struct uart_transmit uart;
    struct uart_transmit_client uart_client;
    struct turn *slots;
    uint8_t slot_count;
    struct deferred complete;
};

extern const struct uart_transmit_ops mux_uart_transmit_ops;

uart_transmit_fn mux_uart_transmit;
uart_transmit_cancel_fn mux_uart_transmit_cancel;

void mux_uart_transmitted(const struct uart_transmit_client *client,
                          struct uart_transmission *op, enum err err);
void mux_uart_complete(const struct mux_uart *self);
bool mux_uart_check(const struct mux_uart *self);
