/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "devices/at24c.h"

#include "lib/container.h"
#include "lib/memory.h"
#include <stddef.h>

#define ADDRESS_LEN 2u
#define TRIES 20u /* ticks of at least 1 ms; the slowest part writes for 10 ms */

static enum err move(const struct at24c *self)
{
    struct at24c_state *state = self->state;
    struct i2c_transfer *transfer = &state->transfer;
    const struct nonvolatile_storage_transfer *op = state->op;
    uint32_t left = op->len - op->moved;
    uint32_t address = op->address + op->moved;
    uint32_t room = self->page_b - address % self->page_b;

    state->piece = (uint16_t)(left < room ? left : room);
    self->bytes[0] = (uint8_t)(address >> 8);
    self->bytes[1] = (uint8_t)address;
    transfer->client = &self->i2c_client;
    transfer->tx = self->bytes;
    transfer->tx_len = ADDRESS_LEN;
    transfer->rx = op->data + op->moved;
    transfer->rx_len = 0;
    if (state->writes) {
        memcpy(self->bytes + ADDRESS_LEN, op->data + op->moved, state->piece);
        transfer->tx_len = (uint16_t)(ADDRESS_LEN + state->piece);
    } else {
        transfer->rx_len = state->piece;
    }
    enum err err = i2c_transfer(self->i2c, transfer);
    return err == OK || err == ERR_OFF ? err : ERR_FAIL;
}

static void complete(const struct at24c *self, enum err err)
{
    struct at24c_state *state = self->state;
    struct nonvolatile_storage_transfer *op = state->op;

    memset(self->bytes, 0, self->bytes_size);
    state->op = NULL;
    if (state->writes) {
        nonvolatile_storage_write_done(op, err);
    } else {
        nonvolatile_storage_read_done(op, err);
    }
}

static void go_on(const struct at24c *self)
{
    enum err err = move(self);

    if (err != OK) {
        complete(self, err);
    }
}

static void ask_later(const struct at24c *self)
{
    struct at24c_state *state = self->state;

    state->tries--;
    state->deadline.client = &self->timer_alarm_client;
    state->deadline.reference = time_counter_now(&self->timer_counter);
    state->deadline.dt = self->tick;
    time_alarm_set(&self->timer_alarm, &state->deadline);
}

void at24c_alarm_fired(const struct time_alarm_client *client,
                       struct time_deadline *deadline)
{
    (void)deadline;
    go_on(container_of(client, struct at24c, timer_alarm_client));
}

void at24c_transferred(const struct i2c_controller_client *client,
                       struct i2c_transfer *transfer, enum err err)
{
    const struct at24c *self = container_of(client, struct at24c, i2c_client);
    struct at24c_state *state = self->state;

    if (err == ERR_NOACK && transfer->detail == I2C_DETAIL_ADDRESS &&
        state->tries > 0) {
        ask_later(self);
        return;
    }
    if (err != OK) {
        complete(self, err == ERR_OFF ? ERR_OFF : ERR_FAIL);
        return;
    }
    bool written = state->writes && state->piece != 0;

    state->op->moved += state->piece;
    state->tries = TRIES;
    if (state->op->moved < state->op->len || written) {
        go_on(self); /* behind the last byte written it only asks for an answer */
    } else {
        complete(self, OK);
    }
}

static enum err start(const struct at24c *self, struct nonvolatile_storage_transfer *op,
                      bool writes)
{
    struct at24c_state *state = self->state;

    if (op->len == 0) {
        return ERR_SIZE;
    }
    if (op->client == NULL || op->address > self->size_b ||
        op->len > self->size_b - op->address) {
        return ERR_INVAL;
    }
    if (state->op != NULL) {
        return ERR_BUSY;
    }
    uint32_t moved = op->moved;

    op->moved = 0;
    state->op = op;
    state->writes = writes;
    state->tries = TRIES;
    enum err err = move(self);
    if (err != OK) {
        op->moved = moved;
        state->op = NULL;
        memset(self->bytes, 0, self->bytes_size);
    }
    return err;
}

enum err at24c_read(const struct nonvolatile_storage_bytes *port,
                    struct nonvolatile_storage_transfer *op)
{
    return start(port->owner, op, false);
}

enum err at24c_write(const struct nonvolatile_storage_bytes *port,
                     struct nonvolatile_storage_transfer *op)
{
    return start(port->owner, op, true);
}

const struct nonvolatile_storage_bytes_ops at24c_bytes_ops = {
    .read = at24c_read,
    .write = at24c_write,
};
