/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The upcall queue: first in first out, oldest at 0, so that taking one moves the rest.
 *
 * An entry keeps no function: subscribe empties the queue of what it replaces, so the one
 * registered now is the one of when the event happened. An event that a blocked process
 * waits for goes straight into its frame, not through the queue: so a full queue cannot
 * hide it, and the queue of a process that waits for any is always empty.
 */
#include "kernel/upcall.h"

#include "kernel/internal/grant_table.h"
#include "kernel/internal/state.h"
#include "kernel/internal/upcall_queue.h"
#include "lib/assert.h"

/** Hands the event to the process if it is blocked for it: true. */
static inline __attribute__((always_inline)) bool wake(struct process *process,
                                                       uint32_t id,
                                                       const struct swap_pair *pair,
                                                       const uint32_t args[3])
{
    bool written;

    if (process->state == PROCESS_YIELDED) {
        uint32_t all[4] = {args[0], args[1], args[2], pair->second};

        if (pair->first == 0) {
            return true; /* the null upcall: it goes on waiting */
        }
        written = arch_context_call(&process->arch, pair->first, all);
    } else if (process->state == PROCESS_WAITING && process->waits_for == id) {
        written = arch_context_results(&process->arch, args);
    } else {
        return false;
    }
    process->state = PROCESS_RUNNING;
    state_ready(process);
    if (!written) {
        loop_fault_svc(&process->arch, ARCH_FAULT_STACK);
    }
    return true;
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
    if (wake(process, id, &pairs[number], args)) {
        return OK;
    }
    if (process->queue_count == UPCALL_QUEUE_LENGTH) {
        if (process->dropped != UINT16_MAX) {
            process->dropped++;
        }
        return ERR_NOMEM;
    }
    uint32_t *queued = process->queue->args[process->queue_count];

    queued[0] = args[0];
    queued[1] = args[1];
    queued[2] = args[2];
    process->queue->ids[process->queue_count] = (uint16_t)id;
    process->queue_count++;
    return OK;
}

static void remove_at(struct process *process, uint32_t index)
{
    struct upcall_queue *queue = process->queue;
    uint32_t left = process->queue_count - 1u;

    process->queue_count = (uint8_t)left;
    if (index == left) {
        return;
    }
    for (; index < left; index++) {
        queue->ids[index] = queue->ids[index + 1];
        queue->args[index][0] = queue->args[index + 1][0];
        queue->args[index][1] = queue->args[index + 1][1];
        queue->args[index][2] = queue->args[index + 1][2];
    }
}

const struct swap_pair *upcall_next(struct process *process)
{
    while (process->queue_count != 0) {
        uint32_t id = process->queue->ids[0];
        /* its grant was made before it was queued */
        const struct swap_pair *pair = &process->grants[id >> 8][id & 0xFFu];

        if (pair->first != 0) {
            return pair;
        }
        remove_at(process, 0);
    }
    return NULL;
}

bool upcall_take_id(struct process *process, uint32_t id, uint32_t args[3])
{
    for (uint32_t i = 0; i < process->queue_count; i++) {
        if (process->queue->ids[i] == id) {
            args[0] = process->queue->args[i][0];
            args[1] = process->queue->args[i][1];
            args[2] = process->queue->args[i][2];
            remove_at(process, i);
            return true;
        }
    }
    return false;
}

void upcall_purge(struct process *process, uint32_t id)
{
    for (uint32_t i = process->queue_count; i-- > 0;) {
        if (process->queue->ids[i] == id) {
            remove_at(process, i);
        }
    }
}

bool upcall_deliver(struct process *process, const struct swap_pair *pair)
{
    const uint32_t *args = process->queue->args[0];
    uint32_t all[4] = {args[0], args[1], args[2], pair->second};

    remove_at(process, 0);
    return arch_context_call(&process->arch, pair->first, all) ||
           loop_fault_svc(&process->arch, ARCH_FAULT_STACK);
}
