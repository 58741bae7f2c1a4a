/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "capsules/i2c_controller_driver.h"

#include "i2c_controller_driver_abi.h"
#include "kernel/grant.h"
#include "kernel/process_buffer.h"
#include "kernel/upcall.h"
#include "lib/container.h"
#include "lib/memory.h"

#define BYTES I2C_CONTROLLER_DRIVER_ALLOW_RW_BYTES
#define ADDRESS_MASK 0xFFu /* of write_read's first argument; above: bytes to write */
#define WRITTEN_SHIFT 8u

static bool outstanding(const struct i2c_controller_driver_grant *grant)
{
    return grant->tx_len != 0 || grant->rx_len != 0;
}

/* Starts the request. SIZE: what was to be written is not there any more. */
static enum err begin(const struct i2c_controller_driver *self, struct process *process,
                      const struct i2c_controller_driver_grant *grant)
{
    struct i2c_transfer *op = &self->state->transfer;
    enum err err = ERR_SIZE;

    self->state->active = process_id(process);
    op->client = &self->devices_client;
    op->tx = self->data;
    op->rx = self->data;
    op->tx_len = grant->tx_len;
    op->rx_len = grant->rx_len;
    if (process_buffer_rw_read(process, self->driver, BYTES, 0, self->data,
                               op->tx_len) == op->tx_len) {
        err = i2c_transfer(&self->devices[grant->device], op);
    }
    if (err != OK) {
        memset(self->data, 0, op->tx_len);
    }
    return err;
}

static void end(const struct i2c_controller_driver *self, struct process *process,
                struct i2c_controller_driver_grant *grant, enum err err, uint32_t bytes)
{
    grant->tx_len = 0;
    grant->rx_len = 0;
    process_upcall(process, self->driver, I2C_CONTROLLER_DRIVER_UPCALL_DONE,
                   (uint32_t)err, bytes, 0);
}

/* Gives the turn to the next whose request can start; each round takes one out of waiting.
 * It may wait no longer: its process may have ended, or begun another life. */
static void next(const struct i2c_controller_driver *self)
{
    struct i2c_controller_driver_state *state = self->state;

    while (arbiter_pass(&state->turns)) {
        struct process *process = process_in_slot(state->turns.last);
        struct i2c_controller_driver_grant *grant =
            process == NULL ? NULL : grant_get(process, self->driver);

        if (grant != NULL && outstanding(grant)) {
            enum err err = begin(self, process, grant);
            if (err == OK) {
                return;
            }
            end(self, process, grant, err, 0);
        }
    }
}

void i2c_controller_driver_transferred(const struct i2c_controller_client *client,
                                       struct i2c_transfer *op, enum err err)
{
    const struct i2c_controller_driver *self =
        container_of(client, struct i2c_controller_driver, devices_client);
    struct process *process = process_get(self->state->active);
    struct i2c_controller_driver_grant *grant =
        process == NULL ? NULL : grant_get(process, self->driver);

    if (grant != NULL) {
        uint32_t came = op->done_len > op->tx_len ? op->done_len - op->tx_len : 0;
        uint32_t kept =
            process_buffer_write(process, self->driver, BYTES, 0, op->rx, came);

        if (err == OK && kept < came) {
            err = ERR_SIZE;
        }
        end(self, process, grant, err, op->done_len - (came - kept));
    }
    memset(self->data, 0, op->tx_len > op->rx_len ? op->tx_len : op->rx_len);
    next(self);
}

/* -- system calls ----------------------------------------------------------------------- */

static enum err request(const struct i2c_controller_driver *self,
                        struct process *process, uint32_t address, uint32_t tx_len,
                        uint32_t rx_len)
{
    struct i2c_controller_driver_grant *grant = grant_enter(process, self->driver);
    uint32_t most = tx_len > rx_len ? tx_len : rx_len;
    uint8_t device = 0;

    if (grant == NULL) {
        return ERR_NOMEM;
    }
    if (outstanding(grant)) {
        return ERR_BUSY;
    }
    while (self->devices[device].address != address) {
        device++;
        if (device == self->devices_count) {
            return ERR_NODEVICE;
        }
    }
    if (most == 0 || most > process_buffer_rw_len(process, self->driver, BYTES)) {
        return ERR_INVAL;
    }
    if (most > self->data_size) {
        return ERR_SIZE;
    }
    grant->device = device;
    grant->tx_len = (uint16_t)tx_len;
    grant->rx_len = (uint16_t)rx_len;
    if (!arbiter_take(&self->state->turns, process_id(process).slot)) {
        return OK; /* its turn comes */
    }
    enum err err = begin(self, process, grant);
    if (err != OK) {
        grant->tx_len = 0;
        grant->rx_len = 0;
        next(self);
    }
    return err;
}

void i2c_controller_driver_command(const struct i2c_controller_driver *self,
                                   struct process *process,
                                   const struct command *command,
                                   struct command_result *result)
{
    uint32_t first = command->arg[0];
    uint32_t len = command->arg[1];
    enum err err = ERR_NOSUPPORT;

    switch (command->number) {
    case I2C_CONTROLLER_DRIVER_COMMAND_WRITE:
        err = request(self, process, first, len, 0);
        break;
    case I2C_CONTROLLER_DRIVER_COMMAND_READ:
        err = request(self, process, first, 0, len);
        break;
    case I2C_CONTROLLER_DRIVER_COMMAND_WRITE_READ:
        err = request(self, process, first & ADDRESS_MASK, first >> WRITTEN_SHIFT, len);
        break;
    default:
        break;
    }
    command_status(result, err);
}
