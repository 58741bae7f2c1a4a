/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "capsules/test/stress_spi.h"

#include "lib/container.h"
#include "lib/memory.h"

#define UNTOUCHED 0xA5u

/* -- calls ------------------------------------------------------------------------- */

static uint8_t *one_of(struct stress_state *stress, uint8_t *buffer, uint8_t *other)
{
    switch (stress_random(stress, 4)) {
    case 0:
        return NULL;
    case 1:
        return other;
    default:
        return buffer;
    }
}

static void draw(const struct stress_spi *self, struct spi_transfer *op)
{
    struct stress_spi_state *state = self->state;
    struct stress_state *stress = &state->stress;
    uint32_t range = (uint32_t)self->high - self->low + 1u;

    for (uint32_t i = 0; i < STRESS_SPI_LEN; i++) {
        state->sent[i] = (uint8_t)(self->low + stress_random(stress, range));
    }
    memcpy(state->out, state->sent, STRESS_SPI_LEN);
    state->out[STRESS_SPI_LEN] = UNTOUCHED;
    memset(state->in, UNTOUCHED, sizeof(state->in));
    op->client = &self->spi_client;
    op->len = (uint16_t)(1u + stress_random(stress, STRESS_SPI_LEN));
    op->tx = self->high == 0xFF ? one_of(stress, state->out, state->out) : state->out;
    op->rx = one_of(stress, state->in, state->out);
    state->chained = state->kept ? (uint8_t)(state->chained + 1u) : 0;
    op->keep_selected =
        state->chained < SPI_CHAIN_MAX - 1u && stress_random(stress, 3) == 0;
}

static enum err start(const void *object, enum stress_start what)
{
    const struct stress_spi *self = object;
    struct stress_spi_state *state = self->state;
    struct spi_transfer *spare = &state->spare;

    if (what == STRESS_RIGHT) {
        draw(self, &state->transfer);
        return spi_transfer(self->spi, &state->transfer);
    }
    spare->client = what == STRESS_NOBODY ? NULL : &self->spi_client;
    spare->len = what == STRESS_EMPTY ? 0 : 1;
    return spi_transfer(self->spi, spare);
}

static enum err cancel(const void *object, enum stress_cancel what,
                       enum cancel *outcome)
{
    const struct stress_spi *self = object;
    struct stress_spi_state *state = self->state;
    struct spi_transfer *of[] = {&state->transfer, &state->spare, NULL};

    return spi_transfer_cancel(self->spi, of[what], outcome);
}

static struct stress stress_of(const struct stress_spi *self)
{
    return STRESS_OF("stress_spi", self, start, cancel);
}

enum err stress_spi_start(const struct stress_spi *self)
{
    const struct stress stress = stress_of(self);

    stress_begin(&stress);
    return OK;
}

void stress_spi_step(const struct stress_spi *self)
{
    const struct stress stress = stress_of(self);

    stress_step(&stress);
}

/* -- completions ------------------------------------------------------------------- */

/* The byte that has come at this place, if the transfer got so far. */
static bool came(const struct stress_spi *self, uint32_t at)
{
    const struct stress_spi_state *state = self->state;
    const struct spi_transfer *op = &state->transfer;

    switch (self->answer) {
    case STRESS_SPI_ANSWER_ZEROS:
        return op->rx[at] == 0;
    case STRESS_SPI_ANSWER_ONES:
        return op->rx[at] == 0xFF;
    case STRESS_SPI_ANSWER_SAME:
        return op->rx[at] == (op->tx == NULL ? 0xFF : state->sent[at]);
    default:
        return true;
    }
}

/* What was not received into is as it was: beyond the end, or all of it. */
static bool kept(const struct stress_spi_state *state)
{
    const struct spi_transfer *op = &state->transfer;
    uint32_t of_out = op->rx == state->out ? op->done_len : 0;
    uint32_t of_in = op->rx == state->in ? op->done_len : 0;
    bool kept = state->out[STRESS_SPI_LEN] == UNTOUCHED;

    for (uint32_t i = of_out; i < STRESS_SPI_LEN; i++) {
        kept = kept && state->out[i] == state->sent[i];
    }
    for (uint32_t i = of_in; i < sizeof(state->in); i++) {
        kept = kept && state->in[i] == UNTOUCHED;
    }
    return kept;
}

static bool bytes_are_right(const struct stress_spi *self)
{
    const struct spi_transfer *op = &self->state->transfer;
    bool right = true;

    for (uint32_t i = 0; op->rx != NULL && i < op->done_len; i++) {
        right = right && came(self, i);
    }
    return right;
}

void stress_spi_transferred(const struct spi_controller_client *client,
                            struct spi_transfer *op, enum err err)
{
    const struct stress_spi *self = container_of(client, struct stress_spi, spi_client);
    const struct stress stress = stress_of(self);
    struct stress_spi_state *state = self->state;

    if (!stress_ended(&stress, op == &state->transfer, err, OK) ||
        !stress_holds(&stress,
                      op->done_len <= op->len && (err != OK || op->done_len == op->len),
                      "a wrong number of bytes") ||
        !stress_holds(&stress, kept(state), "bytes where none were due") ||
        !stress_holds(&stress, bytes_are_right(self), "wrong bytes came")) {
        return;
    }
    state->kept = err == OK && op->keep_selected;
    stress_next(&stress);
    state->kept = false;
}

void stress_spi_reported(const struct uart_transmit_client *client,
                         struct uart_transmission *op, enum err err)
{
    (void)client;
    (void)op;
    (void)err; /* the line has been said or not */
}

void stress_spi_late(const struct time_alarm_client *client,
                     struct time_deadline *deadline)
{
    const struct stress stress =
        stress_of(container_of(client, struct stress_spi, timer_alarm_client));

    (void)deadline;
    stress_late(&stress);
}
