/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One bus for many clients; what each of them is on it passes through. */
#pragma once

#include "beam.h"

struct mux_beam_slot {
    uint32_t probes;
};

struct mux_beam {
    struct beam_source bus;
    struct mux_beam_slot *slots;
    uint8_t slot_count;
};

extern const struct beam_source_ops mux_beam_source_ops;

beam_probe_fn mux_beam_probe;
