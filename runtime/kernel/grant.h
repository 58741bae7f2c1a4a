/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Grants: a driver's storage per process, in that process's own memory block.
 *
 * Allocated at first use, zeroed, gone with the process. The pointer lives until the
 * handler returns; never keep it.
 */
#pragma once

#include "kernel/driver.h"

/** The driver's struct in this process, made on first use; NULL: no memory left. */
void *grant_enter(struct process *process, const struct syscall_driver *driver);

/** The driver's struct in this process if it was ever made, else NULL. */
void *grant_get(struct process *process, const struct syscall_driver *driver);
