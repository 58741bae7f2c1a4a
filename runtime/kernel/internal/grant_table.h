/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Where subscribe, allow and the capsules' own structs of a process live. */
#pragma once

#include "kernel/grant.h"
#include "kernel/internal/process.h"

/** The driver's pairs in this process, made on first use; NULL: no memory, or the driver
 * has none. In order: upcalls, read-only buffers, read-write buffers, then its struct. */
struct swap_pair *grant_pairs(struct process *process,
                              const struct syscall_driver *driver);

/** The same if it was ever made, else NULL. */
static inline struct swap_pair *grant_pairs_made(const struct process *process,
                                                 const struct syscall_driver *driver)
{
    return driver->grant == DRIVER_NO_GRANT ? NULL : process->grants[driver->grant];
}

/** Bytes a process's block needs for table and queue, before any grant. */
uint32_t grant_table_size(void);
