/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Beams: a HIL made for the tests of edges with parameters, shaped like a bus.
 *
 * What a client is on the bus stands in its edge's object, with the port; who passes a
 * probe on passes that object on, so the bus sees it behind any number of muxes.
 */
#pragma once

#include "hil/gpio.h"
#include "hil/port.h"

HIL_PORT(beam_source);

enum { BEAM_ORDER_MSB, BEAM_ORDER_LSB };

struct beam_edge {
    struct beam_source source;
    const struct gpio_output *select; /* high while the beam is on; NULL: none */
    uint32_t rate_hz;
    uint8_t address;
    uint8_t order;
};

typedef uint32_t beam_probe_fn(const struct beam_source *, const struct beam_edge *);

struct beam_source_ops {
    beam_probe_fn *probe;
};

#ifdef BEAM_SOURCE_SEALED
#define BEAM_SOURCE(port, operation) HIL_JOIN(BEAM_SOURCE_SEALED, operation)
beam_probe_fn BEAM_SOURCE(, probe);
#else
#define BEAM_SOURCE(port, operation) (port)->ops->operation
#endif

/** What the bus makes of an edge. */
HIL_CALL_INFALLIBLE uint32_t beam_probe(const struct beam_edge *edge)
{
    return BEAM_SOURCE(&edge->source, probe)(&edge->source, edge);
}

/** The same for who passes it on. */
HIL_CALL_INFALLIBLE uint32_t beam_pass(const struct beam_source *port,
                                       const struct beam_edge *edge)
{
    return BEAM_SOURCE(port, probe)(port, edge);
}
