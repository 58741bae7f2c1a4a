/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The upcall queue: UPCALL_QUEUE_LENGTH entries in a ring, first in first out.
 *
 * Function and appdata are those registered when the event happened. A process that waits
 * for exactly this event gets it without the queue, so a full queue cannot hide it.
 */
#include "kernel/upcall.h"

#include "kernel/internal/grant_table.h"
#include "kernel/internal/state.h"
#include "kernel/internal/upcall_queue.h"
#include "lib/assert.h"

static inline __attribute__((always_inline)) uint8_t
position(const struct process *process, uint8_t index)
{
    uint32_t at = (uint32_t)process->queue_first + index;

    return (uint8_t)(at < UPCALL_QUEUE_LENGTH ? at : at - UPCALL_QUEUE_LENGTH);
}

static inline __attribute__((always_inline)) struct upcall *
entry(const struct process *process, uint8_t index)
{
    return &process->queue[position(process, index)];
}

static void stack_fault(struct process *process)
{
    struct arch_fault fault = arch_context_fault(&process->arch, ARCH_FAULT_STACK);

    loop_fault(&process->arch, &fault);
}

static void satisfy(struct process *process, const uint32_t args[3])
{
    process->state = PROCESS_RUNNING;
    state_ready(process);
    if (!arch_context_results(&process->arch, args, 3)) {
        stack_fault(process);
    }
}

enum err upcall_schedule(struct process *process, const struct syscall_driver *driver,
                         uint8_t number, const uint32_t args[3])
{
    const struct swap_pair *pairs = grant_pairs_made(process, driver);
    uint32_t id = upcall_id(driver, number);

    if (process->state < PROCESS_RUNNING || process->state > PROCESS_WAITING) {
        return ERR_NODEVICE;
    }
    if (pairs == NULL) {
        return ERR_RESERVE;
    }
    ASSERT(number <
           driver->upcalls); /* else a buffer's address is taken for a function */
    if (process->state == PROCESS_WAITING && process->waits_for == id) {
        satisfy(process, args);
        return OK;
    }
    if (process->queue_count == UPCALL_QUEUE_LENGTH) {
        process->dropped++;
        return ERR_NOMEM;
    }
    *entry(process, process->queue_count++) = (struct upcall){
        .id = id,
        .function = pairs[number].first,
        .args = {args[0], args[1], args[2], pairs[number].second},
    };
    if (process->state == PROCESS_YIELDED) {
        state_ready(process);
    }
    return OK;
}

/** Takes out the entry at index, which moves those before it up by one. */
static void take_at(struct process *process, uint8_t index, struct upcall *upcall)
{
    *upcall = *entry(process, index);
    for (; index > 0; index--) {
        *entry(process, index) = *entry(process, (uint8_t)(index - 1u));
    }
    process->queue_first = position(process, 1);
    process->queue_count--;
}

bool upcall_take(struct process *process, struct upcall *upcall)
{
    while (process->queue_count != 0) {
        take_at(process, 0, upcall);
        if (upcall->function != 0) {
            return true;
        }
    }
    return false;
}

bool upcall_take_id(struct process *process, uint32_t id, struct upcall *upcall)
{
    for (uint8_t i = 0; i < process->queue_count; i++) {
        if (entry(process, i)->id == id) {
            take_at(process, i, upcall);
            return true;
        }
    }
    return false;
}

void upcall_purge(struct process *process, uint32_t id)
{
    struct upcall gone;

    while (upcall_take_id(process, id, &gone)) {
    }
}

bool upcall_deliver(struct process *process, const struct upcall *upcall)
{
    process->state = PROCESS_RUNNING;
    if (!arch_context_call(&process->arch, upcall->function, upcall->args)) {
        stack_fault(process);
        return false;
    }
    return true;
}
