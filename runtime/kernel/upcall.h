/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Upcalls: telling a process that something it asked for has happened. */
#pragma once

#include "kernel/driver.h"

/** See process_upcall. */
enum err upcall_schedule(struct process *process, const struct syscall_driver *driver,
                         uint8_t number, const uint32_t args[3]);

/** Hands upcall number of driver with three arguments to the process if it waits for it, for
 * any or for exactly this one; else queues it. A null upcall ends no wait for any: it is
 * OK and gone. NOMEM: the queue is full, it is counted and lost. NODEVICE: the process has
 * ended. RESERVE: the driver has no grant there, so nobody can listen. */
static inline enum err process_upcall(struct process *process,
                                      const struct syscall_driver *driver,
                                      uint8_t number, uint32_t arg0, uint32_t arg1,
                                      uint32_t arg2)
{
    const uint32_t args[3] = {arg0, arg1, arg2};

    return upcall_schedule(process, driver, number, args);
}
