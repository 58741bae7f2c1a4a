/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mux_beam.h"

uint32_t mux_beam_probe(const struct beam_source *port, const struct beam_edge *edge)
{
    const struct mux_beam *self = port->owner;

    self->slots[port->index].probes++;
    return beam_pass(&self->bus, edge);
}

const struct beam_source_ops mux_beam_source_ops = {.probe = mux_beam_probe};
