/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The upcall queue of a process, between process_upcall and yield. */
#pragma once

#include "kernel/internal/process.h"
#include "kernel/upcall.h"

/** Identifies (driver, upcall number) of one process. */
static inline uint32_t upcall_id(const struct syscall_driver *driver, uint32_t number)
{
    return (uint32_t)driver->grant << 8 | number;
}

/** Takes the oldest entry that is not a null upcall, dropping null ones before it; NULL:
 * there is none. Its place is the queue's again: read it before the next event. */
const struct upcall *upcall_take(struct process *process);

/** Takes the oldest entry with this id, null or not; the others keep their order. */
bool upcall_take_id(struct process *process, uint32_t id, struct upcall *upcall);

/** Removes every entry with this id. */
void upcall_purge(struct process *process, uint32_t id);

/** Lets the process that yields run the upcall next. False: its stack is not its own. */
bool upcall_deliver(struct process *process, const struct upcall *upcall);
