/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "beam_driver.h"

#include "beam_driver_abi.h"
#include <stddef.h>

static const struct beam_edge *edge(const struct beam_driver *self, uint32_t which)
{
    if (which == 0) {
        return self->main;
    }
    if (which == 1) {
        return self->tuned;
    }
    return which - 2u < self->more_count ? &self->more[which - 2u] : self->spare;
}

void beam_driver_command(const struct beam_driver *self, struct process *process,
                         const struct command *command, struct command_result *result)
{
    (void)process;
    const struct beam_edge *found = edge(self, command->arg[0]);

    if (command->number == BEAM_DRIVER_COMMAND_TUNE && self->tuned != NULL) {
        self->tuned->rate_hz = command->arg[0];
        command_success(result);
    } else if (command->number == BEAM_DRIVER_COMMAND_PROBE && found != NULL) {
        command_success_u32(result, beam_probe(found));
    } else if (command->number == BEAM_DRIVER_COMMAND_MAIN_KHZ) {
        command_success_u32(result, self->main_khz);
    } else {
        command_failure(result, ERR_NOSUPPORT);
    }
}
