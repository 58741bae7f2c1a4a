/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Asks nothing of the process but its grant. A process that has ended is found out when
 * its turn comes: its queue has gone with it.
 */
#include "capsules/low_level_debug.h"

#include "kernel/grant.h"
#include "lib/container.h"
#include "low_level_debug_abi.h"

/* Kinds are the command numbers; they begin at 1. */
#define KIND_LOST 0u

#define PLACES (LOW_LEVEL_DEBUG_QUEUE + 1u)

/* -- text: the longest line is 47 bytes, the buffer has 64 ----------------------------- */

static uint8_t *put_text(uint8_t *to, const char *text)
{
    while (*text != '\0') {
        *to++ = (uint8_t)*text++;
    }
    return to;
}

static uint8_t *put_hex(uint8_t *to, uint32_t value)
{
    uint32_t shift = 28;

    to = put_text(to, " 0x");
    while (shift > 0 && value >> shift == 0) {
        shift -= 4;
    }
    for (;; shift -= 4) {
        *to++ = (uint8_t) "0123456789abcdef"[value >> shift & 15u];
        if (shift == 0) {
            return to;
        }
    }
}

/* At most 31. */
static uint8_t *put_slot(uint8_t *to, uint8_t slot)
{
    uint8_t tens = 0;

    for (; slot >= 10; slot = (uint8_t)(slot - 10u)) {
        tens++;
    }
    if (tens != 0) {
        *to++ = (uint8_t)('0' + tens);
    }
    *to++ = (uint8_t)('0' + slot);
    return to;
}

static uint16_t format(uint8_t *line, uint8_t slot,
                       const struct low_level_debug_message *message)
{
    uint8_t *to = put_slot(put_text(line, "debug: process "), slot);

    if (message->kind == KIND_LOST) {
        to = put_text(to, " lost some");
    } else {
        bool alert = message->kind == LOW_LEVEL_DEBUG_COMMAND_ALERT;
        to = put_hex(put_text(to, alert ? " alerts" : " prints"), message->value[0]);
        if (message->kind == LOW_LEVEL_DEBUG_COMMAND_PRINT_TWO) {
            to = put_hex(to, message->value[1]);
        }
    }
    *to++ = '\n';
    return (uint16_t)(to - line);
}

/* -- queue ---------------------------------------------------------------------------- */

static uint8_t place(const struct low_level_debug_grant *grant, uint8_t index)
{
    uint32_t at = (uint32_t)grant->first + index;

    return (uint8_t)(at < PLACES ? at : at - PLACES);
}

static void enqueue(struct low_level_debug_grant *grant, const struct command *command)
{
    struct low_level_debug_message *last = NULL;
    uint8_t kind = (uint8_t)command->number;

    if (grant->count >= LOW_LEVEL_DEBUG_QUEUE) {
        last = &grant->messages[place(grant, (uint8_t)(grant->count - 1u))];
        if (last->kind == KIND_LOST) {
            return; /* marked already */
        }
        kind = KIND_LOST;
    }
    grant->messages[place(grant, grant->count++)] = (struct low_level_debug_message){
        .value = {command->arg[0], command->arg[1]},
        .kind = kind,
    };
}

/* -- lines ---------------------------------------------------------------------------- */

/* Sends the oldest message of the slot whose turn it is; with more, it queues again. */
static enum err send(const struct low_level_debug *self, uint8_t slot,
                     struct low_level_debug_grant *grant)
{
    struct uart_transmission *op = &self->state->transmission;

    op->client = &self->uart_client;
    op->data = self->tx;
    op->len = format(self->tx, slot, &grant->messages[grant->first]);
    grant->first = place(grant, 1);
    if (--grant->count != 0) {
        arbiter_take(&self->state->writers, slot);
    }
    return uart_transmit(&self->uart, op);
}

/* Each round takes a message out of a queue or a slot out of waiting. */
static void send_next(const struct low_level_debug *self)
{
    struct arbiter *writers = &self->state->writers;

    while (arbiter_pass(writers)) {
        struct process *process = process_in_slot(writers->last);
        struct low_level_debug_grant *grant =
            process == NULL ? NULL : grant_get(process, self->driver);
        if (grant != NULL && grant->count != 0 &&
            send(self, writers->last, grant) == OK) {
            return;
        } /* a line that the UART refuses is lost: there is nobody left to tell */
    }
}

void low_level_debug_command(const struct low_level_debug *self,
                             struct process *process, const struct command *command,
                             struct command_result *result)
{
    if (command->number < LOW_LEVEL_DEBUG_COMMAND_ALERT ||
        command->number > LOW_LEVEL_DEBUG_COMMAND_PRINT_TWO) {
        command_failure(result, ERR_NOSUPPORT);
        return;
    }
    struct low_level_debug_grant *grant = grant_enter(process, self->driver);
    uint8_t slot = process_id(process).slot;
    enum err err = OK;

    if (grant == NULL) {
        err = ERR_NOMEM;
    } else {
        enqueue(grant, command);
        if (arbiter_take(&self->state->writers, slot)) {
            err = send(self, slot, grant);
            if (err != OK) {
                send_next(self);
            }
        }
    }
    command_status(result, err);
}

void low_level_debug_transmitted(const struct uart_transmit_client *client,
                                 struct uart_transmission *op, enum err err)
{
    (void)op;
    (void)err; /* nothing can be repeated: the message has left its queue */
    send_next(container_of(client, struct low_level_debug, uart_client));
}
