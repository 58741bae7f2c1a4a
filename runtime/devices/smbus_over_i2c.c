/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "devices/smbus_over_i2c.h"

#include "lib/container.h"
#include "lib/memory.h"

#define CHECK_POLYNOMIAL 0x07u /* x^8 + x^2 + x + 1, "Packet error checking" */
#define ADDRESS_READ 1u

#define ONE(len) (1u << (len))

/* How long a packet of a kind can be, bit by bit, and whether data goes or comes. A block's
 * length is its count's. */
struct rule {
    uint16_t lengths;
    bool block;
    bool command;
    bool goes;
    bool comes;
};

static const struct rule rules[] = {
    [SMBUS_WRITE] = {.lengths = ONE(0) | ONE(1) | ONE(2) | ONE(4) | ONE(8),
                     .command = true,
                     .goes = true},
    [SMBUS_READ] = {.lengths = ONE(1) | ONE(2) | ONE(4) | ONE(8),
                    .command = true,
                    .comes = true},
    [SMBUS_RECEIVE] = {.lengths = ONE(1), .comes = true},
    [SMBUS_CALL] = {.lengths = ONE(2), .command = true, .goes = true, .comes = true},
    [SMBUS_BLOCK_WRITE] = {.block = true, .command = true, .goes = true},
    [SMBUS_BLOCK_READ] = {.block = true, .command = true, .comes = true},
};

static uint8_t summed(uint8_t sum, const uint8_t *bytes, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++) {
        sum ^= bytes[i];
        for (uint32_t bit = 0; bit < 8; bit++) {
            uint32_t shifted = (uint32_t)sum << 1;

            sum = (uint8_t)((sum & 0x80u) != 0 ? shifted ^ CHECK_POLYNOMIAL : shifted);
        }
    }
    return sum;
}

static uint8_t summed_byte(uint8_t sum, uint32_t byte)
{
    uint8_t one = (uint8_t)byte;

    return summed(sum, &one, 1);
}

static enum err check_packet(const struct smbus_over_i2c *self,
                             const struct smbus_packet *op)
{
    if (op->client == NULL || op->kind >= sizeof(rules) / sizeof(rules[0]) ||
        (op->data == NULL && op->len != 0)) {
        return ERR_INVAL;
    }
    const struct rule *rule = &rules[op->kind];
    bool fits = rule->block ? op->len != 0 && op->len <= self->block
                            : op->len <= 8 && (rule->lengths >> op->len & 1u) != 0;

    return fits ? OK : ERR_SIZE;
}

/* Writes the frame of what goes, and says how long what comes will be. */
static void make_frame(const struct smbus_over_i2c *self, const struct smbus_packet *op)
{
    const struct rule *rule = &rules[op->kind];
    struct smbus_over_i2c_state *state = self->state;
    struct i2c_transfer *transfer = &state->transfer;
    uint32_t address = (uint32_t)self->i2c->address << 1;
    uint16_t len = 0;

    if (rule->command) {
        self->bytes[len++] = op->command;
    }
    if (rule->block && rule->goes) {
        self->bytes[len++] = op->len;
    }
    state->head_len = rule->comes ? rule->block : (uint8_t)len;
    if (rule->goes && op->len != 0) {
        memcpy(self->bytes + len, op->data, op->len);
        len = (uint16_t)(len + op->len);
    }
    state->sum = 0;
    if (self->check) {
        if (len != 0) {
            state->sum = summed(summed_byte(0, address), self->bytes, len);
        }
        if (rule->comes) {
            state->sum = summed_byte(state->sum, address | ADDRESS_READ);
        } else {
            self->bytes[len++] = state->sum;
        }
    }
    transfer->tx_len = len;
    transfer->rx_len = 0;
    if (rule->comes) {
        transfer->rx_len = (uint16_t)(state->head_len + op->len + self->check);
    }
}

enum err smbus_over_i2c_exchange(const struct smbus_device *port,
                                 struct smbus_packet *op)
{
    const struct smbus_over_i2c *self = port->owner;
    struct smbus_over_i2c_state *state = self->state;
    struct i2c_transfer *transfer = &state->transfer;
    enum err err = check_packet(self, op);

    if (err != OK) {
        return err;
    }
    if (state->packet != NULL) {
        return ERR_BUSY;
    }
    make_frame(self, op);
    transfer->client = &self->i2c_client;
    transfer->tx = self->bytes;
    transfer->rx = self->bytes;
    err = i2c_transfer(self->i2c, transfer);
    if (err != OK) {
        return err == ERR_OFF ? ERR_OFF : ERR_FAIL;
    }
    state->packet = op;
    return OK;
}

enum err smbus_over_i2c_exchange_cancel(const struct smbus_device *port,
                                        struct smbus_packet *op, enum cancel *outcome)
{
    const struct smbus_over_i2c *self = port->owner;

    if (op == NULL || op != self->state->packet) {
        return ERR_ALREADY;
    }
    return i2c_transfer_cancel(self->i2c, &self->state->transfer, outcome);
}

/* All bytes came: are they a packet? */
static enum err take_packet(const struct smbus_over_i2c *self, struct smbus_packet *op)
{
    struct smbus_over_i2c_state *state = self->state;
    uint8_t len = op->len;

    if (state->head_len != 0) {
        len = self->bytes[0];
        if (len == 0 || len > op->len) {
            op->detail = SMBUS_DETAIL_COUNT;
            return ERR_FAIL;
        }
    }
    uint32_t end = (uint32_t)state->head_len + len;

    if (self->check && summed(state->sum, self->bytes, end) != self->bytes[end]) {
        op->detail = SMBUS_DETAIL_CHECK;
        return ERR_FAIL;
    }
    memcpy(op->data, self->bytes + state->head_len, len);
    op->done_len = len;
    return OK;
}

/* How much of what went was data. */
static uint8_t data_gone(const struct smbus_over_i2c_state *state,
                         const struct smbus_packet *op)
{
    uint32_t gone = state->transfer.done_len;

    if (gone <= state->head_len) {
        return 0;
    }
    gone -= state->head_len;
    return (uint8_t)(gone < op->len ? gone : op->len);
}

void smbus_over_i2c_transferred(const struct i2c_controller_client *client,
                                struct i2c_transfer *transfer, enum err err)
{
    const struct smbus_over_i2c *self =
        container_of(client, struct smbus_over_i2c, i2c_client);
    struct smbus_over_i2c_state *state = self->state;
    struct smbus_packet *op = state->packet;
    bool comes = rules[op->kind].comes;

    state->packet = NULL;
    op->detail = transfer->detail;
    op->done_len = 0;
    if (!comes) {
        op->done_len = data_gone(state, op);
    } else if (err == OK) {
        err = take_packet(self, op);
    }
    bool said = err == OK || err == ERR_CANCEL || err == ERR_OFF || err == ERR_NOACK;

    smbus_exchanged(op, said ? err : ERR_FAIL);
}

const struct smbus_device_ops smbus_over_i2c_device_ops = {
    .exchange = smbus_over_i2c_exchange,
    .exchange_cancel = smbus_over_i2c_exchange_cancel,
};
