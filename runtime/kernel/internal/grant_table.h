/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Where subscribe, allow and the capsules' own structs of a process live. */
#pragma once

#include "kernel/grant.h"
#include "kernel/internal/process.h"

/** Makes the driver's grant in this process; NULL: no memory, or the driver has none. */
struct swap_pair *grant_make(struct process *process,
                             const struct syscall_driver *driver);

/** The driver's pairs in this process if they were ever made, else NULL. In order: upcalls,
 * read-only buffers, read-write buffers, then its struct. */
static inline __attribute__((always_inline)) struct swap_pair *
grant_pairs_made(const struct process *process, const struct syscall_driver *driver)
{
    return driver->grant == DRIVER_NO_GRANT ? NULL : process->grants[driver->grant];
}

/** The same, made on first use; NULL: no memory, or the driver has none. */
static inline __attribute__((always_inline)) struct swap_pair *
grant_pairs(struct process *process, const struct syscall_driver *driver)
{
    struct swap_pair *pairs = grant_pairs_made(process, driver);

    return pairs != NULL ? pairs : grant_make(process, driver);
}

/** Bytes a process's block needs for table and queue, before any grant. */
uint32_t grant_table_size(void);
