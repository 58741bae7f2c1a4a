/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Grants grow down from kern_brk, are made once per life, and are zeroed when made. */
#include "kernel/grant.h"

#include "kernel/internal/grant_table.h"
#include "kernel/internal/state.h"
#include "lib/memory.h"

#define GRANT_ALIGN 8u

uint32_t grant_table_size(void)
{
    uint32_t size = board_grant_count * (uint32_t)sizeof(void *) +
                    (uint32_t)sizeof(struct upcall_queue);

    return (size + GRANT_ALIGN - 1) & ~(GRANT_ALIGN - 1);
}

struct swap_pair *grant_make(struct process *process,
                             const struct syscall_driver *driver)
{
    if (driver->grant == DRIVER_NO_GRANT) {
        return NULL;
    }
    uint32_t size =
        driver->pairs * (uint32_t)sizeof(struct swap_pair) + driver->grant_size;
    uint32_t room = process->kern_brk - arch_ram_reach(&process->arch, &process->block);

    size = (size + GRANT_ALIGN - 1) & ~(GRANT_ALIGN - 1);
    if (size > room) {
        return NULL;
    }
    process->kern_brk -= size; /* a multiple of GRANT_ALIGN before and after */

    struct swap_pair *pairs = (struct swap_pair *)(uintptr_t)process->kern_brk;

    memset(pairs, 0, size);
    process->grants[driver->grant] = pairs;
    return pairs;
}

void *grant_enter(struct process *process, const struct syscall_driver *driver)
{
    struct swap_pair *pairs = grant_pairs(process, driver);

    return pairs == NULL ? NULL : pairs + driver->pairs;
}

void *grant_get(struct process *process, const struct syscall_driver *driver)
{
    struct swap_pair *pairs = grant_pairs_made(process, driver);

    return pairs == NULL ? NULL : pairs + driver->pairs;
}
