/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "capsules/test/stress_uart.h"

#include "lib/container.h"

/* -- calls ------------------------------------------------------------------------- */

/* What comes so many bytes from here. */
static uint8_t next(const struct stress_uart *self, uint32_t ahead)
{
    return (uint8_t)(self->first + (self->state->at + ahead) % STRESS_UART_ROUND);
}

static enum err start(const void *object, enum stress_start what)
{
    const struct stress_uart *self = object;
    struct stress_uart_state *state = self->state;
    bool right = what == STRESS_RIGHT;
    struct uart_transmission *op = right ? &state->transmission : &state->spare;

    op->client = what == STRESS_NOBODY ? NULL : &self->uart_client;
    op->data = state->out;
    op->len = what == STRESS_EMPTY ? 0 : 1;
    if (right) {
        op->len = (uint16_t)(1u + stress_random(&state->stress, STRESS_UART_LEN));
        for (uint32_t i = 0; i < STRESS_UART_LEN; i++) {
            state->out[i] = next(self, i);
        }
    }
    return uart_transmit(&self->uart, op);
}

static enum err cancel(const void *object, enum stress_cancel what,
                       enum cancel *outcome)
{
    const struct stress_uart *self = object;
    struct stress_uart_state *state = self->state;
    struct uart_transmission *of[] = {&state->transmission, &state->spare, NULL};

    return uart_transmit_cancel(&self->uart, of[what], outcome);
}

static struct stress stress_of(const struct stress_uart *self)
{
    return STRESS_OF("stress_uart", self, start, cancel);
}

enum err stress_uart_start(const struct stress_uart *self)
{
    const struct stress stress = stress_of(self);

    stress_begin(&stress);
    return OK;
}

void stress_uart_step(const struct stress_uart *self)
{
    const struct stress stress = stress_of(self);

    stress_step(&stress);
}

/* -- completions ------------------------------------------------------------------- */

void stress_uart_transmitted(const struct uart_transmit_client *client,
                             struct uart_transmission *op, enum err err)
{
    const struct stress_uart *self =
        container_of(client, struct stress_uart, uart_client);
    const struct stress stress = stress_of(self);
    struct stress_uart_state *state = self->state;
    bool same = true;

    for (uint32_t i = 0; i < STRESS_UART_LEN; i++) {
        same = same && state->out[i] == next(self, i);
    }
    if (!stress_ended(&stress, op == &state->transmission, err, OK) ||
        !stress_holds(&stress,
                      op->sent <= op->len && (err != OK || op->sent == op->len),
                      "a wrong number of bytes") ||
        !stress_holds(&stress, same && op->data == state->out,
                      "changed what was lent")) {
        return;
    }
    state->at += op->sent;
    stress_next(&stress);
}

void stress_uart_reported(const struct uart_transmit_client *client,
                          struct uart_transmission *op, enum err err)
{
    (void)client;
    (void)op;
    (void)err; /* the line has been said or not */
}

void stress_uart_late(const struct time_alarm_client *client,
                      struct time_deadline *deadline)
{
    const struct stress stress =
        stress_of(container_of(client, struct stress_uart, timer_alarm_client));

    (void)deadline;
    stress_late(&stress);
}
