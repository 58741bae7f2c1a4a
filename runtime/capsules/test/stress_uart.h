/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Stress of a transmitter: lengths and cancels.
 *
 * All that is sent is one sequence of sixteen bytes, over and over, which goes on where the
 * last transmission says it ended. So whoever reads the line finds each byte of a client
 * once and in order, whatever was cancelled and however many clients there are.
 */
#pragma once

#include "capsules/test/stress.h"

#define STRESS_UART_LEN 40u
#define STRESS_UART_ROUND 16u

struct stress_uart_state {
    struct stress_state stress;
    struct uart_transmission transmission;
    struct uart_transmission spare;
    uint32_t at; /* in the sequence */
    uint8_t out[STRESS_UART_LEN];
};

struct stress_uart {
    struct stress_uart_state *state;
    struct uart_transmit uart;
    struct uart_transmit_client uart_client;
    STRESS_MEMBERS;
    uint8_t first;
};

enum err stress_uart_start(const struct stress_uart *self);
void stress_uart_step(const struct stress_uart *self);
void stress_uart_transmitted(const struct uart_transmit_client *client,
                             struct uart_transmission *op, enum err err);
void stress_uart_reported(const struct uart_transmit_client *client,
                          struct uart_transmission *op, enum err err);
void stress_uart_late(const struct time_alarm_client *client,
                      struct time_deadline *deadline);
