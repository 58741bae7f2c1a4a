/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "capsules/console.h"

#include "console_abi.h"
#include "kernel/grant.h"
#include "kernel/process_buffer.h"
#include "kernel/upcall.h"
#include "lib/assert.h"
#include "lib/container.h"
#include "lib/memory.h"

/* A live process in a slot that waits for its turn, with its grant; NULL: it has ended. */
static struct process *process_with_grant(const struct console *self,
                                          struct process *process,
                                          struct console_grant **grant)
{
    *grant = process == NULL ? NULL : grant_get(process, self->driver);
    return *grant == NULL ? NULL : process;
}

/* -- write --------------------------------------------------------------------------- */

/* Hands the next chunk of the process's text to the UART. SIZE: there is none there. */
static enum err send(const struct console *self, struct process *process,
                     const struct console_grant *grant)
{
    struct uart_transmission *op = &self->state->transmission;
    uint32_t left = grant->write_len - grant->written;
    uint32_t len = process_buffer_read(process, self->driver, CONSOLE_ALLOW_RO_TEXT,
                                       grant->written, self->tx,
                                       left < self->tx_size ? left : self->tx_size);

    if (len == 0) {
        return ERR_SIZE;
    }
    op->client = &self->uart_transmit_client;
    op->data = self->tx;
    op->len = (uint16_t)len;
    enum err err = uart_transmit(&self->uart_transmit, op);
    if (err != OK) {
        memset(self->tx, 0, len);
    }
    return err;
}

static void write_end(const struct console *self, struct process *process,
                      struct console_grant *grant, enum err err)
{
    grant->write_len = 0;
    process_upcall(process, self->driver, CONSOLE_UPCALL_WRITTEN, grant->written,
                   (uint32_t)err, 0);
}

/* Gives the turn to the next writer whose text can start; each round takes one out of
 * waiting. It may wait no longer: its process may have ended, or begun another life. */
static void write_next(const struct console *self)
{
    struct console_state *state = self->state;

    while (arbiter_pass(&state->writers)) {
        struct console_grant *grant;
        struct process *process =
            process_with_grant(self, process_in_slot(state->writers.last), &grant);
        if (process != NULL && grant->write_len != 0) {
            enum err err = send(self, process, grant);
            if (err == OK) {
                state->writer = process_id(process);
                return;
            }
            write_end(self, process, grant, err);
        }
    }
}

static void write(const struct console *self, struct process *process, uint32_t len,
                  struct command_result *result)
{
    struct console_state *state = self->state;
    struct console_grant *grant = grant_enter(process, self->driver);
    struct process_id id = process_id(process);
    uint32_t there =
        process_buffer_ro_len(process, self->driver, CONSOLE_ALLOW_RO_TEXT);
    enum err err = OK;

    if (grant == NULL || grant->write_len != 0) {
        command_failure(result, grant == NULL ? ERR_NOMEM : ERR_BUSY);
        return;
    }
    grant->written = 0;
    grant->write_len = len < there ? len : there;
    if (grant->write_len == 0) {
        write_end(self, process, grant, OK);
    } else if (arbiter_take(&state->writers, id.slot)) { /* else its turn comes */
        err = send(self, process, grant);
        state->writer = id;
        if (err != OK) {
            grant->write_len = 0;
            write_next(self);
        }
    }
    command_status(result, err);
}

void console_transmitted(const struct uart_transmit_client *client,
                         struct uart_transmission *op, enum err err)
{
    const struct console *self =
        container_of(client, struct console, uart_transmit_client);
    struct console_grant *grant;
    struct process *process =
        process_with_grant(self, process_get(self->state->writer), &grant);

    memset(op->data, 0, op->len);
    if (process != NULL) {
        grant->written += op->sent;
        if (err == OK && grant->written < grant->write_len) {
            err = send(self, process, grant);
            if (err == OK) {
                return;
            }
        }
        write_end(self, process, grant, err);
    }
    write_next(self);
}

/* -- read ---------------------------------------------------------------------------- */

/* Lends rx to the UART for as much as the process still has room for. */
static enum err listen(const struct console *self, struct process *process,
                       const struct console_grant *grant)
{
    struct uart_reception *op = &self->state->reception;
    uint32_t room = process_buffer_rw_len(process, self->driver, CONSOLE_ALLOW_RW_LINE);

    op->client = &self->uart_receive_client;
    op->data = self->rx;
    op->len = room < grant->read_len ? (uint16_t)room : grant->read_len;
    return uart_receive(&self->uart_receive, op); /* SIZE: there is no room */
}

static void read_end(const struct console *self, struct process *process,
                     struct console_grant *grant, enum err err, uint32_t len)
{
    grant->read_len = 0;
    process_upcall(process, self->driver, CONSOLE_UPCALL_READ, (uint32_t)err, len, 0);
}

/* As write_next. */
static void read_next(const struct console *self)
{
    struct console_state *state = self->state;

    while (arbiter_pass(&state->readers)) {
        struct console_grant *grant;
        struct process *process =
            process_with_grant(self, process_in_slot(state->readers.last), &grant);
        if (process != NULL && grant->read_len != 0) {
            enum err err = listen(self, process, grant);
            if (err == OK) {
                state->reader = process_id(process);
                return;
            }
            read_end(self, process, grant, err, 0);
        }
    }
}

static void read(const struct console *self, struct process *process, uint32_t len,
                 struct command_result *result)
{
    struct console_state *state = self->state;
    struct console_grant *grant = grant_enter(process, self->driver);
    struct process_id id = process_id(process);
    uint32_t room = process_buffer_rw_len(process, self->driver, CONSOLE_ALLOW_RW_LINE);
    uint32_t wanted = len < room ? len : room;
    enum err err = OK;

    if (grant == NULL) {
        err = ERR_NOMEM;
    } else if (grant->read_len != 0) {
        err = ERR_BUSY;
    } else if (wanted == 0) {
        err = ERR_SIZE;
    } else if (wanted > self->rx_size) {
        err = ERR_INVAL;
    } else {
        grant->read_len = (uint16_t)wanted;
        if (arbiter_take(&state->readers, id.slot)) { /* else its turn comes */
            err = listen(self, process, grant);
            state->reader = id;
            if (err != OK) {
                grant->read_len = 0;
                read_next(self);
            }
        }
    }
    command_status(result, err);
}

/* The reader's turn ends soon, with CANCEL or because it just got what it wanted. */
static void cancel(const struct console *self)
{
    enum cancel outcome;
    enum err err =
        uart_receive_cancel(&self->uart_receive, &self->state->reception, &outcome);

    ASSERT(err == OK); /* it is lent while a reader has its turn */
}

static bool has_turn(const struct arbiter *arbiter, struct process_id holder,
                     struct process_id id)
{
    return arbiter->held && process_id_equal(holder, id);
}

static void read_abort(const struct console *self, struct process *process)
{
    struct console_state *state = self->state;
    struct console_grant *grant = grant_get(process, self->driver);
    struct process_id id = process_id(process);

    if (grant == NULL || grant->read_len == 0) {
        return; /* nothing to abort is no error: the process may have lost a race */
    }
    if (has_turn(&state->readers, state->reader, id)) {
        cancel(self);
    } else {
        read_end(self, process, grant, ERR_CANCEL, 0);
    }
}

void console_received(const struct uart_receive_client *client,
                      struct uart_reception *op, enum err err)
{
    const struct console *self =
        container_of(client, struct console, uart_receive_client);
    struct console_grant *grant;
    struct process *process =
        process_with_grant(self, process_get(self->state->reader), &grant);

    if (process != NULL) {
        uint32_t len = process_buffer_write(
            process, self->driver, CONSOLE_ALLOW_RW_LINE, 0, op->data, op->received);
        if (len < op->received && err == OK) {
            err = ERR_SIZE;
        }
        read_end(self, process, grant, err, len);
    }
    memset(op->data, 0, op->len);
    read_next(self);
}

/* -- system calls --------------------------------------------------------------------- */

void console_command(const struct console *self, struct process *process,
                     const struct command *command, struct command_result *result)
{
    switch (command->number) {
    case CONSOLE_COMMAND_WRITE:
        write(self, process, command->arg[0], result);
        break;
    case CONSOLE_COMMAND_READ:
        read(self, process, command->arg[0], result);
        break;
    case CONSOLE_COMMAND_READ_ABORT:
        read_abort(self, process);
        command_success(result);
        break;
    default:
        command_failure(result, ERR_NOSUPPORT);
        break;
    }
}

void console_exited(const struct console *self, struct process_id id)
{
    /* Everything else ends by itself or at its turn; a reader might wait for ever. */
    if (has_turn(&self->state->readers, self->state->reader, id)) {
        cancel(self);
    }
}
