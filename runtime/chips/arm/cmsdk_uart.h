/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * UART of Arm's Cortex-M System Design Kit (DDI 0479, APB UART), interrupt driven, one
 * byte per interrupt in each direction; no FIFO, no DMA.
 *
 * Invariant: transmission (reception) is NULL exactly when that direction is idle or has
 * an ended descriptor waiting for the deferred call. INTCLEAR is written before DATA in
 * both directions: the next byte's interrupt may come on the access to DATA.
 */
#pragma once

#include "hil/uart.h"
#include "kernel/deferred.h"

struct cmsdk_uart_registers {
    uint32_t data;
    uint32_t state;
    uint32_t ctrl;
    uint32_t interrupt; /* read: status; write 1: clear */
    uint32_t divisor;
};

struct cmsdk_uart_state {
    struct uart_transmission *transmission;
    struct uart_reception *reception;
    struct uart_transmission *ended_transmission; /* complete from the deferred call */
    struct uart_reception *ended_reception;
};

struct cmsdk_uart {
    struct cmsdk_uart_state *state;
    volatile struct cmsdk_uart_registers *registers;
    struct deferred ended;
    uint32_t divisor;
    uint32_t input_hz;
};

extern const struct uart_transmit_ops cmsdk_uart_transmit_ops;
extern const struct uart_receive_ops cmsdk_uart_receive_ops;
extern const struct uart_configure_ops cmsdk_uart_configure_ops;
extern const struct uart_polled_ops cmsdk_uart_polled_ops;

uart_transmit_fn cmsdk_uart_transmit;
uart_transmit_cancel_fn cmsdk_uart_transmit_cancel;
uart_receive_fn cmsdk_uart_receive;
uart_receive_cancel_fn cmsdk_uart_receive_cancel;
uart_configure_fn cmsdk_uart_configure;
uart_write_polled_fn cmsdk_uart_write_polled;

enum err cmsdk_uart_init(const struct cmsdk_uart *self);
void cmsdk_uart_rx_interrupt(const struct cmsdk_uart *self);
void cmsdk_uart_tx_interrupt(const struct cmsdk_uart *self);
void cmsdk_uart_ended(const struct cmsdk_uart *self);
