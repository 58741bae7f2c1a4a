/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * For tests: what is transmitted here goes nowhere; its first byte, or the alarm's dt, is
 * a letter that says which rule is broken on the way.
 */
#pragma once

#include "hil/time.h"
#include "hil/uart.h"
#include "kernel/deferred.h"

struct faulty_uart_slot {
    struct uart_transmission *op;
};

struct faulty_uart_state {
    struct uart_transmission other;
    struct time_deadline *deadline;
};

struct faulty_uart {
    struct faulty_uart_state *state;
    struct faulty_uart_slot *slots;
    uint8_t slot_count;
    struct deferred later;
};

extern const struct uart_transmit_ops faulty_uart_transmit_ops;
extern const struct uart_configure_ops faulty_uart_configure_ops;
extern const struct time_alarm_ops faulty_uart_alarm_ops;

uart_transmit_fn faulty_uart_transmit;
uart_transmit_cancel_fn faulty_uart_transmit_cancel;
uart_configure_fn faulty_uart_configure;
time_alarm_set_fn faulty_uart_alarm_set;
time_alarm_disarm_fn faulty_uart_alarm_disarm;

void faulty_uart_later(const struct faulty_uart *self);
