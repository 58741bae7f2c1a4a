/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "devices/tmp105.h"

#include "lib/container.h"
#include <stddef.h>

#define REGISTER_TEMPERATURE 0u

enum err tmp105_measure(const struct temperature_sensor *port,
                        struct temperature_reading *op)
{
    const struct tmp105 *self = port->owner;
    struct tmp105_state *state = self->state;
    struct i2c_transfer *transfer = &state->transfer;

    if (op->client == NULL) {
        return ERR_INVAL;
    }
    if (state->reading != NULL) {
        return ERR_BUSY;
    }
    state->bytes[0] = REGISTER_TEMPERATURE;
    transfer->client = &self->i2c_client;
    transfer->tx = state->bytes;
    transfer->tx_len = 1;
    transfer->rx = state->bytes;
    transfer->rx_len = TMP105_VALUE_LEN;
    enum err err = i2c_transfer(self->i2c, transfer);
    if (err != OK) {
        return err == ERR_OFF ? ERR_OFF : ERR_FAIL;
    }
    op->millicelsius = 0;
    state->reading = op;
    return OK;
}

enum err tmp105_measure_cancel(const struct temperature_sensor *port,
                               struct temperature_reading *op, enum cancel *outcome)
{
    const struct tmp105 *self = port->owner;
    struct tmp105_state *state = self->state;

    if (op == NULL || op != state->reading) {
        return ERR_ALREADY;
    }
    return i2c_transfer_cancel(self->i2c, &state->transfer, outcome);
}

void tmp105_transferred(const struct i2c_controller_client *client,
                        struct i2c_transfer *transfer, enum err err)
{
    const struct tmp105 *self = container_of(client, struct tmp105, i2c_client);
    struct tmp105_state *state = self->state;
    struct temperature_reading *reading = state->reading;

    state->reading = NULL;
    if (err == OK) { /* 1/256 of a degree, two's complement, the high byte first */
        int32_t value = transfer->rx[0] << 8 | transfer->rx[1];
        value = value >= 0x8000 ? value - 0x10000 : value;
        reading->millicelsius = value * 125 / 32;
    }
    bool said = err == OK || err == ERR_CANCEL || err == ERR_OFF || err == ERR_NOACK;
    temperature_measured(reading, said ? err : ERR_FAIL);
}

const struct temperature_sensor_ops tmp105_sensor_ops = {
    .measure = tmp105_measure,
    .measure_cancel = tmp105_measure_cancel,
};
