/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For tests: a driver with a bug that the kernel does not survive. */
#pragma once

#include "kernel/deferred.h"
#include "kernel/driver.h"

struct staller_state {
    volatile bool over; /* never */
};

struct staller {
    struct staller_state *state;
    struct deferred stall;
    const struct syscall_driver *driver;
};

void staller_command(const struct staller *self, struct process *process,
                     const struct command *command, struct command_result *result);
void staller_stall(const struct staller *self);
