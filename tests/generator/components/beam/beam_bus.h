/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The bus: its answer is made of all that it sees of an edge. */
#pragma once

#include "beam.h"

struct beam_bus {
    uint32_t scale;
};

extern const struct beam_source_ops beam_bus_source_ops;

beam_probe_fn beam_bus_probe;
