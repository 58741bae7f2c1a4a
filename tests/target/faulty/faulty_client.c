/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "faulty_client.h"

#include "faulty_client_abi.h"

#include <stddef.h>

static enum err transmit(const struct faulty_client *self, struct uart_transmission *op,
                         const struct uart_transmit_client *client)
{
    op->client = client;
    op->data = &self->state->letter;
    op->len = 1;
    return uart_transmit(&self->uart, op);
}

void faulty_client_transmitted(const struct uart_transmit_client *client,
                               struct uart_transmission *op, enum err err)
{
    (void)client;
    (void)op;
    (void)err;
}

void faulty_client_fired(const struct time_alarm_client *client,
                         struct time_deadline *deadline)
{
    (void)client;
    (void)deadline;
}

void faulty_client_command(const struct faulty_client *self, struct process *process,
                           const struct command *command, struct command_result *result)
{
    struct faulty_client_state *state = self->state;
    const struct uart_settings settings = {.baud = 9600};
    enum cancel outcome;
    enum err err = OK;

    (void)process;
    switch (command->number) {
    case FAULTY_CLIENT_COMMAND_TRANSMIT:
        state->letter = (uint8_t)command->arg[0];
        err = transmit(self, &state->op, &self->uart_client);
        break;
    case FAULTY_CLIENT_COMMAND_CANCEL:
        state->letter = (uint8_t)command->arg[0];
        err = uart_transmit_cancel(&self->uart, &state->op, &outcome);
        break;
    case FAULTY_CLIENT_COMMAND_CHANGE:
        state->letter = (uint8_t)command->arg[0];
        state->op.len = 0;
        break;
    case FAULTY_CLIENT_COMMAND_CONFIGURE:
        err = uart_configure(&self->settings, &settings);
        break;
    case FAULTY_CLIENT_COMMAND_SET:
        state->deadline.client = &self->alarm_client;
        state->deadline.dt = command->arg[0];
        time_alarm_set(&self->alarm, &state->deadline);
        break;
    case FAULTY_CLIENT_COMMAND_DISARM:
        time_alarm_disarm(&self->alarm);
        break;
    case FAULTY_CLIENT_COMMAND_SECOND:
        err = transmit(self, &state->second, &self->uart_client);
        break;
    case FAULTY_CLIENT_COMMAND_NOBODY:
        state->letter = (uint8_t)command->arg[0];
        err = transmit(self, &state->op, NULL);
        break;
    default:
        err = ERR_NOSUPPORT;
        break;
    }
    command_status(result, err);
}
