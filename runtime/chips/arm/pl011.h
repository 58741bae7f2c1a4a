/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * UART PL011 of Arm (DDI 0183), interrupt driven through both FIFOs, no DMA.
 *
 * A transmission ends when its last byte is in the FIFO: the interrupt comes when the FIFO
 * falls through its level, which a short text never reaches. Bytes that nobody reads wait
 * in the FIFO of 16; those of a cancelled reader are its own or gone.
 *
 * Invariant: transmission (reception) is NULL exactly when that direction is idle or has
 * an ended descriptor waiting for the deferred call. An interrupt is cleared before the
 * FIFO is touched: what happens after the clearing raises it anew.
 */
#pragma once

#include "hil/uart.h"
#include "kernel/deferred.h"

struct pl011_registers {
    uint32_t data;
    uint32_t errors;
    uint32_t unused1[4];
    uint32_t flags;
    uint32_t unused2;
    uint32_t low_power;
    uint32_t divisor_whole; /* of 16 times the rate */
    uint32_t divisor_64ths;
    uint32_t line; /* writing it takes both divisors over */
    uint32_t control;
    uint32_t fifo_levels;
    uint32_t mask; /* 1: the interrupt reaches the line */
    uint32_t raw;
    uint32_t masked;
    uint32_t clear; /* write 1 */
};

struct pl011_state {
    struct uart_transmission *transmission;
    struct uart_reception *reception;
    struct uart_transmission *ended_transmission; /* complete from the deferred call */
    struct uart_reception *ended_reception;
    enum err transmission_err; /* how the ended one completes */
    enum err reception_err;
};

struct pl011 {
    struct pl011_state *state;
    volatile struct pl011_registers *registers;
    struct deferred ended;
    uint32_t divisor; /* of the rate times 16, in 64ths */
    uint32_t input_hz;
};

extern const struct uart_transmit_ops pl011_transmit_ops;
extern const struct uart_receive_ops pl011_receive_ops;
extern const struct uart_configure_ops pl011_configure_ops;
extern const struct uart_polled_ops pl011_polled_ops;

uart_transmit_fn pl011_transmit;
uart_transmit_cancel_fn pl011_transmit_cancel;
uart_receive_fn pl011_receive;
uart_receive_cancel_fn pl011_receive_cancel;
uart_configure_fn pl011_configure;
uart_write_polled_fn pl011_write_polled;

enum err pl011_init(const struct pl011 *self);
void pl011_interrupt(const struct pl011 *self);
void pl011_ended(const struct pl011 *self);
