/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "devices/adc_thermometer.h"

#include "lib/container.h"
#include <stddef.h>

#define REFERENCE 65536 /* what a conversion's value would be there */

enum err adc_thermometer_measure(const struct temperature_sensor *port,
                                 struct temperature_reading *op)
{
    const struct adc_thermometer *self = port->owner;
    struct adc_thermometer_state *state = self->state;

    if (op->client == NULL) {
        return ERR_INVAL;
    }
    if (state->reading != NULL) {
        return ERR_BUSY;
    }
    state->conversion.client = &self->adc_client;
    enum err err = adc_sample(self->adc, &state->conversion);
    if (err != OK) {
        return err == ERR_OFF ? ERR_OFF : ERR_FAIL;
    }
    op->millicelsius = 0;
    state->reading = op;
    return OK;
}

enum err adc_thermometer_measure_cancel(const struct temperature_sensor *port,
                                        struct temperature_reading *op,
                                        enum cancel *outcome)
{
    const struct adc_thermometer *self = port->owner;
    struct adc_thermometer_state *state = self->state;

    if (op == NULL || op != state->reading) {
        return ERR_ALREADY;
    }
    return adc_sample_cancel(self->adc, &state->conversion, outcome);
}

void adc_thermometer_sampled(const struct adc_sample_client *client,
                             struct adc_conversion *conversion, enum err err)
{
    const struct adc_thermometer *self =
        container_of(client, struct adc_thermometer, adc_client);
    struct adc_thermometer_state *state = self->state;
    struct temperature_reading *reading = state->reading;

    state->reading = NULL;
    if (err == OK) {
        int64_t above = (int64_t)conversion->value * self->span / REFERENCE;
        reading->millicelsius = self->at_zero + (int32_t)above;
    }
    bool said = err == OK || err == ERR_CANCEL || err == ERR_OFF;
    temperature_measured(reading, said ? err : ERR_FAIL);
}

const struct temperature_sensor_ops adc_thermometer_sensor_ops = {
    .measure = adc_thermometer_measure,
    .measure_cancel = adc_thermometer_measure_cancel,
};
