/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "capsules/test/stress_i2c.h"

#include "lib/container.h"
#include "lib/memory.h"

#define UNTOUCHED 0xA5u

/* -- calls ------------------------------------------------------------------------- */

static void draw(const struct stress_i2c *self, struct i2c_transfer *op)
{
    struct stress_i2c_state *state = self->state;
    struct stress_state *stress = &state->stress;

    state->out[0] = self->index;
    memset(state->in, UNTOUCHED, sizeof(state->in));
    op->tx = state->out;
    op->rx = state->in;
    op->rx_len = (uint16_t)stress_random(stress, STRESS_I2C_LEN + 1u);
    op->tx_len = op->rx_len == 0 || stress_random(stress, 4) != 0 ? 1 : 0;
    if (!self->answers && op->tx_len != 0) {
        op->tx_len = (uint16_t)(1u + stress_random(stress, STRESS_I2C_LEN));
    }
}

static enum err start(const void *object, enum stress_start what)
{
    const struct stress_i2c *self = object;
    struct stress_i2c_state *state = self->state;
    bool right = what == STRESS_RIGHT;
    struct i2c_transfer *op = right ? &state->transfer : &state->spare;

    op->client = what == STRESS_NOBODY ? NULL : &self->i2c_client;
    op->rx_len = what == STRESS_EMPTY ? 0 : 1;
    op->rx = state->in;
    if (right) {
        draw(self, op);
    }
    return i2c_transfer(self->i2c, op);
}

static enum err cancel(const void *object, enum stress_cancel what,
                       enum cancel *outcome)
{
    const struct stress_i2c *self = object;
    struct stress_i2c_state *state = self->state;
    struct i2c_transfer *of[] = {&state->transfer, &state->spare, NULL};

    return i2c_transfer_cancel(self->i2c, of[what], outcome);
}

static struct stress stress_of(const struct stress_i2c *self)
{
    return STRESS_OF("stress_i2c", self, start, cancel);
}

enum err stress_i2c_start(const struct stress_i2c *self)
{
    const struct stress stress = stress_of(self);

    stress_begin(&stress);
    return OK;
}

void stress_i2c_step(const struct stress_i2c *self)
{
    const struct stress stress = stress_of(self);

    stress_step(&stress);
}

/* -- completions ------------------------------------------------------------------- */

/* After a transfer that was not cancelled. */
static bool told(const struct stress_i2c *self, const struct i2c_transfer *op)
{
    if (!self->answers) {
        return op->detail == I2C_DETAIL_ADDRESS && op->done_len == 0;
    }
    return op->detail == I2C_DETAIL_NONE && op->done_len == op->tx_len + op->rx_len;
}

/* The register's bytes if its number was written, and nothing behind them. */
static bool bytes_are_right(const struct stress_i2c *self,
                            const struct i2c_transfer *op)
{
    const uint8_t *in = self->state->in;
    uint32_t read = op->done_len > op->tx_len ? (uint32_t)op->done_len - op->tx_len : 0;
    bool right = true;

    for (uint32_t i = 0; i < read && op->tx_len != 0; i++) {
        right = right && in[i] == (uint8_t)(self->value >> (8u * (1u - i)));
    }
    for (uint32_t i = op->rx_len; i < sizeof(self->state->in); i++) {
        right = right && in[i] == UNTOUCHED;
    }
    return right;
}

void stress_i2c_transferred(const struct i2c_controller_client *client,
                            struct i2c_transfer *op, enum err err)
{
    const struct stress_i2c *self = container_of(client, struct stress_i2c, i2c_client);
    const struct stress stress = stress_of(self);
    struct stress_i2c_state *state = self->state;

    if (!stress_ended(&stress, op == &state->transfer, err,
                      self->answers ? OK : ERR_NOACK) ||
        !stress_holds(&stress, op->done_len <= op->tx_len + op->rx_len,
                      "a wrong number of bytes") ||
        !stress_holds(&stress, err == ERR_CANCEL || told(self, op),
                      "a wrong word on how far it came") ||
        !stress_holds(&stress, bytes_are_right(self, op), "wrong bytes came")) {
        return;
    }
    stress_next(&stress);
}

void stress_i2c_reported(const struct uart_transmit_client *client,
                         struct uart_transmission *op, enum err err)
{
    (void)client;
    (void)op;
    (void)err; /* the line has been said or not */
}

void stress_i2c_late(const struct time_alarm_client *client,
                     struct time_deadline *deadline)
{
    const struct stress stress =
        stress_of(container_of(client, struct stress_i2c, timer_alarm_client));

    (void)deadline;
    stress_late(&stress);
}
