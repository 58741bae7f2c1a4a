/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Copies between capsules and allowed memory; every call looks the buffer up again. */
#include "kernel/process_buffer.h"

#include "kernel/internal/grant_table.h"
#include "lib/memory.h"

static const struct swap_pair none;

static const struct swap_pair *ro(struct process *process,
                                  const struct syscall_driver *driver, uint8_t number)
{
    const struct swap_pair *pairs = grant_pairs_made(process, driver);

    return pairs == NULL || number >= driver->allow_ro
               ? &none
               : &pairs[driver->upcalls + number];
}

static const struct swap_pair *rw(struct process *process,
                                  const struct syscall_driver *driver, uint8_t number)
{
    const struct swap_pair *pairs = grant_pairs_made(process, driver);

    return pairs == NULL || number >= driver->allow_rw
               ? &none
               : &pairs[driver->upcalls + driver->allow_ro + number];
}

/** How many of len bytes from offset on are in the buffer. */
static uint32_t there(const struct swap_pair *buffer, uint32_t offset, uint32_t len)
{
    if (offset >= buffer->second) {
        return 0;
    }
    uint32_t rest = buffer->second - offset;

    return len < rest ? len : rest;
}

uint32_t process_buffer_ro_len(struct process *process,
                               const struct syscall_driver *driver, uint8_t number)
{
    return ro(process, driver, number)->second;
}

uint32_t process_buffer_rw_len(struct process *process,
                               const struct syscall_driver *driver, uint8_t number)
{
    return rw(process, driver, number)->second;
}

static uint32_t copy_out(const struct swap_pair *buffer, uint32_t from, uint8_t *to,
                         uint32_t len)
{
    uint32_t count = there(buffer, from, len);

    memcpy(to, (const void *)(uintptr_t)(buffer->first + from), count);
    return count;
}

uint32_t process_buffer_read(struct process *process,
                             const struct syscall_driver *driver, uint8_t number,
                             uint32_t from, uint8_t *to, uint32_t len)
{
    return copy_out(ro(process, driver, number), from, to, len);
}

uint32_t process_buffer_rw_read(struct process *process,
                                const struct syscall_driver *driver, uint8_t number,
                                uint32_t from, uint8_t *to, uint32_t len)
{
    return copy_out(rw(process, driver, number), from, to, len);
}

uint32_t process_buffer_write(struct process *process,
                              const struct syscall_driver *driver, uint8_t number,
                              uint32_t to, const uint8_t *from, uint32_t len)
{
    const struct swap_pair *buffer = rw(process, driver, number);
    uint32_t count = there(buffer, to, len);

    memcpy((void *)(uintptr_t)(buffer->first + to), from, count);
    return count;
}
