/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "fake_kernel.h"

#include <stdlib.h>
#include <string.h>

struct process fake_kernel_processes[FAKE_KERNEL_SLOTS];
uint32_t fake_kernel_errors;

static uint32_t pending;
static uint16_t generation;

static struct process *used(struct process *process)
{
    if (process == NULL || !process->alive) {
        fake_kernel_errors++;
        return NULL;
    }
    return process;
}

/* -- what a test moves ---------------------------------------------------------------- */

uint8_t *fake_kernel_allow(struct fake_kernel_buffer *buffer, uint32_t len)
{
    free(buffer->data);
    buffer->data = len == 0 ? NULL : calloc(1, len);
    buffer->len = len;
    return buffer->data;
}

static void clear(struct process *process)
{
    for (uint32_t i = 0; i < FAKE_KERNEL_NUMBERS; i++) {
        fake_kernel_allow(&process->ro[i], 0);
        fake_kernel_allow(&process->rw[i], 0);
    }
    free(process->grant);
    memset(process, 0, sizeof(*process));
}

void fake_kernel_reset(void)
{
    for (uint32_t i = 0; i < FAKE_KERNEL_SLOTS; i++) {
        clear(&fake_kernel_processes[i]);
    }
    fake_kernel_errors = 0;
    pending = 0;
}

struct process *fake_kernel_start(uint8_t slot)
{
    struct process *process = &fake_kernel_processes[slot];

    generation = (uint16_t)(generation == UINT16_MAX ? 1u : generation + 1u);
    process->id = (struct process_id){.slot = slot, .generation = generation};
    process->alive = true;
    return process;
}

struct process_id fake_kernel_end(uint8_t slot)
{
    struct process_id id = fake_kernel_processes[slot].id;

    clear(&fake_kernel_processes[slot]);
    return id;
}

uint32_t fake_kernel_take_deferred(void)
{
    uint32_t taken = pending;

    pending = 0;
    return taken;
}

/* -- what a capsule calls ------------------------------------------------------------- */

struct process_id process_id(const struct process *process)
{
    return process->id;
}

struct process *process_get(struct process_id id)
{
    struct process *process = process_in_slot(id.slot);

    return process != NULL && process->id.generation == id.generation ? process : NULL;
}

uint8_t process_slots(void)
{
    return FAKE_KERNEL_SLOTS;
}

struct process *process_in_slot(uint8_t slot)
{
    if (slot >= FAKE_KERNEL_SLOTS) {
        fake_kernel_errors++;
        return NULL;
    }
    return fake_kernel_processes[slot].alive ? &fake_kernel_processes[slot] : NULL;
}

void *grant_enter(struct process *process, const struct syscall_driver *driver)
{
    if (used(process) != NULL && process->grant == NULL && !process->out_of_memory) {
        process->grant = calloc(1, driver->grant_size);
    }
    return grant_get(process, driver);
}

void *grant_get(struct process *process, const struct syscall_driver *driver)
{
    (void)driver;
    return used(process) == NULL ? NULL : process->grant;
}

enum err upcall_schedule(struct process *process, const struct syscall_driver *driver,
                         uint8_t number, const uint32_t args[3])
{
    if (used(process) == NULL || process->upcall_count == FAKE_KERNEL_UPCALLS ||
        number >= driver->upcalls) {
        fake_kernel_errors++;
        return ERR_FAIL;
    }
    process->upcalls[process->upcall_count++] = (struct fake_kernel_upcall){
        .number = number,
        .arg = {args[0], args[1], args[2]},
    };
    return OK;
}

static const struct fake_kernel_buffer none;

static const struct fake_kernel_buffer *look(struct process *process,
                                             const struct fake_kernel_buffer *buffers,
                                             uint8_t number, uint8_t count)
{
    if (used(process) == NULL || number >= count) {
        fake_kernel_errors++;
        return &none;
    }
    return process->grant == NULL ? &none : &buffers[number];
}

uint32_t process_buffer_ro_len(struct process *process,
                               const struct syscall_driver *driver, uint8_t number)
{
    return look(process, process->ro, number, driver->allow_ro)->len;
}

uint32_t process_buffer_rw_len(struct process *process,
                               const struct syscall_driver *driver, uint8_t number)
{
    return look(process, process->rw, number, driver->allow_rw)->len;
}

static uint32_t there(const struct fake_kernel_buffer *buffer, uint32_t from,
                      uint32_t len)
{
    uint32_t rest = from < buffer->len ? buffer->len - from : 0;

    return len < rest ? len : rest;
}

static uint32_t copy(const struct fake_kernel_buffer *buffer, uint32_t from,
                     uint8_t *to, uint32_t len)
{
    uint32_t count = there(buffer, from, len);

    if (count != 0) {
        memcpy(to, buffer->data + from, count);
    }
    return count;
}

uint32_t process_buffer_read(struct process *process,
                             const struct syscall_driver *driver, uint8_t number,
                             uint32_t from, uint8_t *to, uint32_t len)
{
    return copy(look(process, process->ro, number, driver->allow_ro), from, to, len);
}

uint32_t process_buffer_rw_read(struct process *process,
                                const struct syscall_driver *driver, uint8_t number,
                                uint32_t from, uint8_t *to, uint32_t len)
{
    return copy(look(process, process->rw, number, driver->allow_rw), from, to, len);
}

uint32_t process_buffer_write(struct process *process,
                              const struct syscall_driver *driver, uint8_t number,
                              uint32_t to, const uint8_t *from, uint32_t len)
{
    const struct fake_kernel_buffer *buffer =
        look(process, process->rw, number, driver->allow_rw);
    uint32_t count = there(buffer, to, len);

    if (count != 0) {
        memcpy(buffer->data + to, from, count);
    }
    return count;
}

void deferred_set(const struct deferred *deferred)
{
    pending |= UINT32_C(1) << deferred->index;
}
