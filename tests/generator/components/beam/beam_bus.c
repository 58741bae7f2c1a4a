/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "beam_bus.h"

#include <stddef.h>

uint32_t beam_bus_probe(const struct beam_source *port, const struct beam_edge *edge)
{
    const struct beam_bus *self = port->owner;
    uint32_t selected = 0;

    if (edge->select != NULL) {
        gpio_pin_write(edge->select, true);
        selected = gpio_pin_level(edge->select);
        gpio_pin_write(edge->select, false);
    }
    return edge->rate_hz / self->scale * 10000u + edge->address * 100u +
           edge->order * 10u + selected;
}

const struct beam_source_ops beam_bus_source_ops = {.probe = beam_bus_probe};
