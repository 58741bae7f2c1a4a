/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A capsule whose descriptor forgets the grant that its C counts on. */
#pragma once

#include "kernel/driver.h"

struct bad_grant {
    uint32_t count;
};

struct bad_state {
    uint32_t count;
};

struct bad {
    struct bad_state *state;
    const struct syscall_driver *driver;
};

void bad_command(const struct bad *self, struct process *process,
                 const struct command *command, struct command_result *result);
