/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "faulty_uart.h"

#include <stddef.h>

enum err faulty_uart_transmit(const struct uart_transmit *port,
                              struct uart_transmission *op)
{
    const struct faulty_uart *self = port->owner;

    switch (op->data[0]) {
    case 's': /* inside the start */
        uart_transmitted(op, OK);
        return OK;
    case 'e': /* not declared */
        return ERR_NODEVICE;
    case 'b': /* nothing is outstanding */
        return ERR_BUSY;
    case 'p': /* not an out-field */
        op->len = 0;
        break;
    default:
        break;
    }
    self->slots[port->index].op = op;
    op->sent = op->len;
    deferred_set(&self->later);
    return OK;
}

enum err faulty_uart_transmit_cancel(const struct uart_transmit *port,
                                     struct uart_transmission *op, enum cancel *outcome)
{
    const struct faulty_uart *self = port->owner;

    if (op->data[0] == 'l') { /* it was accepted */
        return ERR_ALREADY;
    }
    self->slots[port->index].op = op;
    deferred_set(&self->later);
    *outcome = CANCELLED;
    return OK;
}

/* True: this one is kept for ever. */
static bool complete(const struct faulty_uart *self, struct uart_transmission *op)
{
    switch (op->data[0]) {
    case 'l':
    case 'k':
    case 'g':
    case '+':
        return true;
    case '2':
        uart_transmitted(op, OK);
        uart_transmitted(op, OK);
        break;
    case 'w':
        self->state->other = *op;
        uart_transmitted(&self->state->other, OK);
        break;
    case 'E':
        uart_transmitted(op, ERR_NODEVICE);
        break;
    case 'c':
        uart_transmitted(op, ERR_CANCEL);
        break;
    default:
        uart_transmitted(op, OK);
        break;
    }
    return false;
}

void faulty_uart_later(const struct faulty_uart *self)
{
    struct time_deadline *deadline = self->state->deadline;

    if (deadline != NULL) {
        self->state->deadline = NULL;
        time_alarm_fired(deadline);
        if (deadline->dt == 'T') { /* once */
            time_alarm_fired(deadline);
        }
    }
    for (uint8_t i = 0; i < self->slot_count; i++) {
        struct uart_transmission *op = self->slots[i].op;

        self->slots[i].op = NULL;
        if (op != NULL && complete(self, op)) {
            self->slots[i].op = op;
        }
    }
}

/* Whatever is on the line. */
enum err faulty_uart_configure(const struct uart_configure *port,
                               const struct uart_settings *settings)
{
    (void)port;
    (void)settings;
    return OK;
}

void faulty_uart_alarm_set(const struct time_alarm *port,
                           struct time_deadline *deadline)
{
    const struct faulty_uart *self = port->owner;

    self->state->deadline = deadline;
    if (deadline->dt == 'A') {
        time_alarm_fired(deadline);
    }
    deferred_set(&self->later);
}

void faulty_uart_alarm_disarm(const struct time_alarm *port)
{
    (void)port; /* it comes none the less, from faulty_uart_later */
}

const struct uart_transmit_ops faulty_uart_transmit_ops = {
    .transmit = faulty_uart_transmit,
    .transmit_cancel = faulty_uart_transmit_cancel,
};

const struct uart_configure_ops faulty_uart_configure_ops = {
    .configure = faulty_uart_configure,
};

const struct time_alarm_ops faulty_uart_alarm_ops = {
    .alarm_set = faulty_uart_alarm_set,
    .alarm_disarm = faulty_uart_alarm_disarm,
};
