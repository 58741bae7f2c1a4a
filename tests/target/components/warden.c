/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "warden.h"

#include "warden_abi.h"

void warden_command(const struct warden *self, struct process *process,
                    const struct command *command, struct command_result *result)
{
    const struct cap_process_management *cap = self->cap_process_management;
    struct process_control_entry entry;

    (void)process;
    if (command->arg[0] > UINT8_MAX ||
        !process_control_look(cap, (uint8_t)command->arg[0], &entry)) {
        command_failure(result, ERR_NODEVICE);
        return;
    }
    switch (command->number) {
    case WARDEN_COMMAND_LOOK: {
        uint32_t letter = entry.name_len > 0 ? (uint8_t)entry.name[0] : 0;

        command_success_u32(result, (uint32_t)entry.state |
                                        (entry.restarts & 0xFFu) << 8 | letter << 16);
        break;
    }
    case WARDEN_COMMAND_STOP:
        command_status(result, process_control_stop(cap, entry.id));
        break;
    case WARDEN_COMMAND_START:
        command_status(result, process_control_start(cap, entry.id));
        break;
    case WARDEN_COMMAND_RESTART:
        command_status(result, process_control_restart(cap, entry.id));
        break;
    default:
        command_failure(result, ERR_NOSUPPORT);
        break;
    }
}
