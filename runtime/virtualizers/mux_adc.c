/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Turns on a converter: see the header, and virtualizers/turns.h for the order. */
#include "virtualizers/mux_adc.h"

#include "lib/container.h"

static enum err start(const void *mux, const struct turn *slot)
{
    const struct mux_adc *self = mux;
    struct adc_conversion *op = slot->op;

    op->client = &self->adc_client; /* the original is in the slot */
    enum err err = adc_sample_forward(&self->adc, op);
    if (err != OK) {
        op->client = slot->client;
    }
    return err;
}

static enum err cancel(const void *mux, void *op, enum cancel *outcome)
{
    const struct mux_adc *self = mux;

    return adc_sample_cancel_forward(&self->adc, op, outcome);
}

TURNS_CALL struct turns turns_of(const struct mux_adc *self)
{
    return (struct turns){
        .state = &self->state->turns,
        .slots = self->slots,
        .complete = &self->complete,
        .mux = self,
        .start = start,
        .cancel = cancel,
    };
}

enum err mux_adc_sample(const struct adc_sample *port, struct adc_conversion *op)
{
    const struct turns turns = turns_of(port->owner);

    return turns_start(&turns, port->index, op, op->client);
}

enum err mux_adc_sample_cancel(const struct adc_sample *port, struct adc_conversion *op,
                               enum cancel *outcome)
{
    const struct turns turns = turns_of(port->owner);

    return turns_cancel(&turns, port->index, op, outcome);
}

void mux_adc_sampled(const struct adc_sample_client *client, struct adc_conversion *op,
                     enum err err)
{
    const struct turns turns =
        turns_of(container_of(client, struct mux_adc, adc_client));

    op->client = turns_done(&turns, op);
    adc_sampled(op, err);
    turns_next(&turns);
}

void mux_adc_complete(const struct mux_adc *self)
{
    const struct turns turns = turns_of(self);
    uint32_t due = turns.state->ended;
    struct turn ended;

    while (turns_take_ended(&turns, &due, &ended)) {
        struct adc_conversion *op = ended.op;

        op->value = 0; /* it never had its turn */
        adc_sampled(op, ended.err);
    }
}

bool mux_adc_check(const struct mux_adc *self)
{
    const struct turns turns = turns_of(self);

    return turns_check(&turns, self->slot_count);
}

const struct adc_sample_ops mux_adc_sample_ops = {
    .sample = mux_adc_sample,
    .sample_cancel = mux_adc_sample_cancel,
};
