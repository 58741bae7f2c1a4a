/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "staller.h"

#include "staller_abi.h"

void staller_stall(const struct staller *self)
{
    while (!self->state->over) {
    }
}

void staller_command(const struct staller *self, struct process *process,
                     const struct command *command, struct command_result *result)
{
    (void)process;
    switch (command->number) {
    case STALLER_COMMAND_STALL_HERE:
        staller_stall(self);
        command_success(result);
        break;
    case STALLER_COMMAND_STALL_LATER:
        deferred_set(&self->stall);
        command_success(result);
        break;
    default:
        command_failure(result, ERR_NOSUPPORT);
        break;
    }
}
