/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "capsules/test/stress_adc.h"

#include "lib/container.h"

/* -- calls ------------------------------------------------------------------------- */

static enum err start(const void *object, enum stress_start what)
{
    const struct stress_adc *self = object;
    struct stress_adc_state *state = self->state;
    bool right = what == STRESS_RIGHT;
    struct adc_conversion *op = right ? &state->conversion : &state->spare;

    if (what == STRESS_EMPTY) {
        return ERR_ALREADY; /* a conversion has no length */
    }
    op->client = what == STRESS_NOBODY ? NULL : &self->adc_client;
    return adc_sample(self->adc, op);
}

static enum err cancel(const void *object, enum stress_cancel what,
                       enum cancel *outcome)
{
    const struct stress_adc *self = object;
    struct stress_adc_state *state = self->state;
    struct adc_conversion *of[] = {&state->conversion, &state->spare, NULL};

    return adc_sample_cancel(self->adc, of[what], outcome);
}

static struct stress stress_of(const struct stress_adc *self)
{
    return STRESS_OF("stress_adc", self, start, cancel);
}

enum err stress_adc_start(const struct stress_adc *self)
{
    const struct stress stress = stress_of(self);

    stress_begin(&stress);
    return OK;
}

void stress_adc_step(const struct stress_adc *self)
{
    const struct stress stress = stress_of(self);

    stress_step(&stress);
}

/* -- completions ------------------------------------------------------------------- */

void stress_adc_sampled(const struct adc_sample_client *client,
                        struct adc_conversion *op, enum err err)
{
    const struct stress_adc *self = container_of(client, struct stress_adc, adc_client);
    const struct stress stress = stress_of(self);
    bool in_bounds = op->value >= self->low && op->value <= self->high;

    if (!stress_ended(&stress, op == &self->state->conversion, err, OK) ||
        !stress_holds(&stress, err == OK ? in_bounds : op->value == 0,
                      "a value that cannot be")) {
        return;
    }
    stress_next(&stress);
}

void stress_adc_reported(const struct uart_transmit_client *client,
                         struct uart_transmission *op, enum err err)
{
    (void)client;
    (void)op;
    (void)err; /* the line has been said or not */
}

void stress_adc_late(const struct time_alarm_client *client,
                     struct time_deadline *deadline)
{
    const struct stress stress =
        stress_of(container_of(client, struct stress_adc, timer_alarm_client));

    (void)deadline;
    stress_late(&stress);
}
