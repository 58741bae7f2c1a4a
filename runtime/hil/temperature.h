/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Temperature: one reading at a time, wherever the sensor is and whatever bus leads there. */
#pragma once

#include "hil/port.h"

struct temperature_reading {
    const struct temperature_sensor_client *client;
    int32_t millicelsius; /* out: 0 unless the completion says OK */
};

/** Embedded in the requester's const object, written by the generator from handles. */
struct temperature_sensor_client {
    void (*measured)(const struct temperature_sensor_client *,
                     struct temperature_reading *, enum err);
};

HIL_PORT(temperature_sensor);

typedef enum err temperature_measure_fn(const struct temperature_sensor *,
                                        struct temperature_reading *);
typedef enum err temperature_measure_cancel_fn(const struct temperature_sensor *,
                                               struct temperature_reading *,
                                               enum cancel *);

struct temperature_sensor_ops {
    temperature_measure_fn *measure;
    temperature_measure_cancel_fn *measure_cancel;
};

#ifdef TEMPERATURE_SENSOR_SEALED
#define TEMPERATURE_SENSOR(port, operation)                                            \
    HIL_JOIN(TEMPERATURE_SENSOR_SEALED, operation)
temperature_measure_fn TEMPERATURE_SENSOR(, measure);
temperature_measure_cancel_fn TEMPERATURE_SENSOR(, measure_cancel);
#else
#define TEMPERATURE_SENSOR(port, operation) (port)->ops->operation
#endif

/** BUSY: this edge's earlier reading is still to complete. INVAL: no client. OFF, FAIL: the
 * sensor or its bus refused. After an error nothing was lent. */
HIL_CALL enum err temperature_measure(const struct temperature_sensor *port,
                                      struct temperature_reading *op)
{
    return TEMPERATURE_SENSOR(port, measure)(port, op);
}

/** OK: op still completes, with CANCEL if *outcome is CANCELLED. ALREADY: not lent here. */
HIL_CALL enum err temperature_measure_cancel(const struct temperature_sensor *port,
                                             struct temperature_reading *op,
                                             enum cancel *outcome)
{
    return TEMPERATURE_SENSOR(port, measure_cancel)(port, op, outcome);
}

/** Sensors end op with this, last: they are idle before it, and it may start the next. */
HIL_CALL_INFALLIBLE void temperature_measured(struct temperature_reading *op,
                                              enum err err)
{
    op->client->measured(op->client, op, err);
}
