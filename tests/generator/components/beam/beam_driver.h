/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What processes see of beams: what the bus makes of each edge of this driver. */
#pragma once

#include "beam.h"
#include "kernel/driver.h"

struct beam_driver {
    const struct beam_edge *main;
    const struct beam_edge *spare; /* NULL: there is none */
    const struct beam_edge *more;
    uint8_t more_count;
    struct beam_edge *tuned; /* its rate is ours to change */
    uint32_t main_khz;
    const struct syscall_driver *driver;
};

void beam_driver_command(const struct beam_driver *self, struct process *process,
                         const struct command *command, struct command_result *result);
