/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For tests: processes are looked at, ended and started by slot, by whoever asks. */
#pragma once

#include "kernel/process_control.h"

struct warden {
    const struct syscall_driver *driver;
    const struct cap_process_management *cap_process_management;
};

/** look answers the state, the restarts and the first letter of the name, a byte each. */
void warden_command(const struct warden *self, struct process *process,
                    const struct command *command, struct command_result *result);
