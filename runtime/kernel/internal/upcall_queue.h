/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The upcall queue of a process, between process_upcall and yield. */
#pragma once

#include "kernel/internal/process.h"
#include "kernel/upcall.h"

/** Identifies (driver, upcall number) of one process in 16 bits. */
static inline uint32_t upcall_id(const struct syscall_driver *driver, uint32_t number)
{
    return (uint32_t)driver->grant << 8 | number;
}

/** Function and appdata of the oldest entry to deliver; null upcalls before it are dropped.
 * NULL: there is none. */
const struct swap_pair *upcall_next(struct process *process);

/** Takes the driver's arguments of the oldest entry with this id, null or not; the others
 * keep their order. */
bool upcall_take_id(struct process *process, uint32_t id, uint32_t args[3]);

/** Removes every entry with this id. */
void upcall_purge(struct process *process, uint32_t id);

/** Takes the oldest entry, whose pair upcall_next gave, and lets the process that yields
 * run it. False: its stack is not its own. */
bool upcall_deliver(struct process *process, const struct swap_pair *pair);
