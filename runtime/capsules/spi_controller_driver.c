/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The last piece of a chain lets the device go; one that ends early has the deferred call. */
#include "capsules/spi_controller_driver.h"

#include "kernel/grant.h"
#include "kernel/process_buffer.h"
#include "kernel/upcall.h"
#include "lib/container.h"
#include "lib/memory.h"
#include "spi_controller_driver_abi.h"

#define TRANSFER SPI_CONTROLLER_DRIVER_COMMAND_TRANSFER
#define READ SPI_CONTROLLER_DRIVER_COMMAND_READ
#define SENT SPI_CONTROLLER_DRIVER_ALLOW_RO_SENT
#define RECEIVED SPI_CONTROLLER_DRIVER_ALLOW_RW_RECEIVED

#define PHASE 1u
#define POLARITY 2u

/* -- a chain ---------------------------------------------------------------------------- */

static uint32_t fetch(const struct spi_controller_driver *self, struct process *process,
                      const struct spi_controller_driver_grant *grant, uint32_t len)
{
    return grant->request == TRANSFER
               ? process_buffer_read(process, self->driver, SENT, grant->moved,
                                     self->data, len)
               : process_buffer_rw_read(process, self->driver, RECEIVED, grant->moved,
                                        self->data, len);
}

/* Starts the next piece. SIZE: what was to be sent is not there any more. */
static enum err send(const struct spi_controller_driver *self, struct process *process,
                     const struct spi_controller_driver_grant *grant)
{
    struct spi_transfer *op = &self->state->transfer;
    uint32_t left = grant->len - grant->moved;
    enum err err = ERR_SIZE;

    op->client = &self->spi_client;
    op->tx = grant->request == READ ? NULL : self->data;
    op->rx = grant->receives ? self->data : NULL;
    op->keep_selected = left > self->data_size;
    op->len = op->keep_selected ? self->data_size : (uint16_t)left;
    if (op->tx == NULL || fetch(self, process, grant, op->len) == op->len) {
        err = spi_transfer(self->spi, op);
    }
    if (err != OK) {
        memset(self->data, 0, op->len);
    }
    return err;
}

/* Begins a chain: nothing is lent and the device is not selected. */
static enum err begin(const struct spi_controller_driver *self, struct process *process,
                      const struct spi_controller_driver_grant *grant)
{
    self->state->active = process_id(process);
    self->spi->rate_hz = grant->rate_hz != 0 ? grant->rate_hz : self->rate_max_hz;
    self->spi->mode = self->mode ^ grant->mode_change;
    return send(self, process, grant);
}

static void end(const struct spi_controller_driver *self, struct process *process,
                struct spi_controller_driver_grant *grant, enum err err)
{
    grant->len = 0;
    process_upcall(process, self->driver, SPI_CONTROLLER_DRIVER_UPCALL_DONE,
                   grant->moved, (uint32_t)err, 0);
}

/* Gives the turn to the next whose chain can begin; each round takes one out of waiting.
 * It may wait no longer: its process may have ended, or begun another life. */
static void next(const struct spi_controller_driver *self)
{
    struct spi_controller_driver_state *state = self->state;

    while (arbiter_pass(&state->turns)) {
        struct process *process = process_in_slot(state->turns.last);
        struct spi_controller_driver_grant *grant =
            process == NULL ? NULL : grant_get(process, self->driver);

        if (grant != NULL && grant->len != 0) {
            enum err err = begin(self, process, grant);
            if (err == OK) {
                return;
            }
            end(self, process, grant, err);
        }
    }
}

/* What came goes to the process. SIZE: not all of it had room. */
static enum err deliver(const struct spi_controller_driver *self,
                        struct process *process,
                        struct spi_controller_driver_grant *grant,
                        const struct spi_transfer *op)
{
    uint32_t moved = op->done_len;

    if (grant->receives) {
        moved = process_buffer_write(process, self->driver, RECEIVED, grant->moved,
                                     self->data, moved);
    }
    grant->moved += moved;
    return moved < op->done_len ? ERR_SIZE : OK;
}

void spi_controller_driver_transferred(const struct spi_controller_client *client,
                                       struct spi_transfer *op, enum err err)
{
    const struct spi_controller_driver *self =
        container_of(client, struct spi_controller_driver, spi_client);
    struct process *process = process_get(self->state->active);
    struct spi_controller_driver_grant *grant =
        process == NULL ? NULL : grant_get(process, self->driver);
    bool selected = err == OK && op->keep_selected;

    if (grant != NULL) {
        enum err room = deliver(self, process, grant, op);
        err = err != OK ? err : room;
    }
    memset(self->data, 0, op->len);
    if (grant != NULL) {
        if (err == OK && selected) {
            err = send(self, process, grant);
            if (err == OK) {
                return;
            }
        }
        end(self, process, grant, err);
    }
    if (selected) { /* until this returns: another's piece would go on in the chain */
        deferred_set(&self->deselected);
    } else {
        next(self);
    }
}

void spi_controller_driver_deselected(const struct spi_controller_driver *self)
{
    next(self);
}

/* -- system calls ----------------------------------------------------------------------- */

static enum err request(const struct spi_controller_driver *self,
                        struct process *process,
                        struct spi_controller_driver_grant *grant,
                        const struct command *command)
{
    uint32_t len = command->arg[0];
    uint32_t room = process_buffer_rw_len(process, self->driver, RECEIVED);
    bool sends_other = command->number == TRANSFER;
    uint32_t most =
        sends_other ? process_buffer_ro_len(process, self->driver, SENT) : room;

    if (len == 0 || len > most || (len > room && room != 0)) {
        return ERR_INVAL;
    }
    if (len > (uint32_t)self->data_size * SPI_CHAIN_MAX) {
        return ERR_SIZE;
    }
    grant->request = (uint8_t)command->number;
    grant->receives = room != 0;
    grant->len = len;
    grant->moved = 0;
    if (!arbiter_take(&self->state->turns, process_id(process).slot)) {
        return OK; /* its turn comes */
    }
    enum err err = begin(self, process, grant);
    if (err != OK) {
        grant->len = 0;
        next(self);
    }
    return err;
}

static enum err set_rate(const struct spi_controller_driver *self,
                         struct spi_controller_driver_grant *grant, uint32_t rate_hz)
{
    if (rate_hz < self->rate_min_hz || rate_hz > self->rate_max_hz) {
        return ERR_INVAL;
    }
    grant->rate_hz = rate_hz;
    return OK;
}

static enum err set_mode(const struct spi_controller_driver *self,
                         struct spi_controller_driver_grant *grant, uint8_t bit,
                         uint32_t value)
{
    if (value > 1) {
        return ERR_INVAL;
    }
    uint8_t wanted = value != 0 ? bit : 0;

    grant->mode_change =
        (uint8_t)((grant->mode_change & ~bit) | ((self->mode & bit) ^ wanted));
    return OK;
}

/* What starts something, or changes how it would be done. */
static enum err change(const struct spi_controller_driver *self,
                       struct process *process,
                       struct spi_controller_driver_grant *grant,
                       const struct command *command)
{
    if (grant->len != 0) {
        return ERR_BUSY;
    }
    switch (command->number) {
    case SPI_CONTROLLER_DRIVER_COMMAND_SET_RATE:
        return set_rate(self, grant, command->arg[0]);
    case SPI_CONTROLLER_DRIVER_COMMAND_SET_PHASE:
        return set_mode(self, grant, PHASE, command->arg[0]);
    case SPI_CONTROLLER_DRIVER_COMMAND_SET_POLARITY:
        return set_mode(self, grant, POLARITY, command->arg[0]);
    default:
        return request(self, process, grant, command);
    }
}

static void answer_mode(const struct spi_controller_driver *self,
                        const struct spi_controller_driver_grant *grant, uint8_t bit,
                        struct command_result *result)
{
    command_success_u32(result, ((self->mode ^ grant->mode_change) & bit) != 0);
}

void spi_controller_driver_command(const struct spi_controller_driver *self,
                                   struct process *process,
                                   const struct command *command,
                                   struct command_result *result)
{
    struct spi_controller_driver_grant *grant = grant_enter(process, self->driver);

    if (grant == NULL) {
        command_failure(result, ERR_NOMEM);
        return;
    }
    switch (command->number) {
    case SPI_CONTROLLER_DRIVER_COMMAND_GET_RATE:
        command_success_u32(result,
                            grant->rate_hz != 0 ? grant->rate_hz : self->rate_max_hz);
        break;
    case SPI_CONTROLLER_DRIVER_COMMAND_GET_PHASE:
        answer_mode(self, grant, PHASE, result);
        break;
    case SPI_CONTROLLER_DRIVER_COMMAND_GET_POLARITY:
        answer_mode(self, grant, POLARITY, result);
        break;
    case TRANSFER:
    case READ:
    case SPI_CONTROLLER_DRIVER_COMMAND_TRANSFER_IN_PLACE:
    case SPI_CONTROLLER_DRIVER_COMMAND_SET_RATE:
    case SPI_CONTROLLER_DRIVER_COMMAND_SET_PHASE:
    case SPI_CONTROLLER_DRIVER_COMMAND_SET_POLARITY:
        command_status(result, change(self, process, grant, command));
        break;
    default:
        command_failure(result, ERR_NOSUPPORT);
        break;
    }
}
