/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The upcall queue: UPCALL_QUEUE_LENGTH entries in a ring, first in first out.
 *
 * Function and appdata are those registered when the event happened. An event that a
 * blocked process waits for goes straight into its frame, not through the queue: so a full
 * queue cannot hide it, and the queue of a process that waits for any is always empty.
 */
#include "kernel/upcall.h"

#include "kernel/internal/grant_table.h"
#include "kernel/internal/state.h"
#include "kernel/internal/upcall_queue.h"
#include "lib/assert.h"

static inline __attribute__((always_inline)) uint32_t
position(const struct process *process, uint32_t index)
{
    uint32_t at = process->queue_first + index;

    return at < UPCALL_QUEUE_LENGTH ? at : at - UPCALL_QUEUE_LENGTH;
}

static inline __attribute__((always_inline)) struct upcall *
entry(const struct process *process, uint32_t index)
{
    return &process->queue[position(process, index)];
}

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
        process->dropped++;
        return ERR_NOMEM;
    }
    *entry(process, process->queue_count++) = (struct upcall){
        .id = id,
        .function = pairs[number].first,
        .args = {args[0], args[1], args[2], pairs[number].second},
    };
    return OK;
}

/** Takes out the oldest entry. */
static inline __attribute__((always_inline)) const struct upcall *
take_first(struct process *process)
{
    const struct upcall *first = entry(process, 0);

    process->queue_first = (uint8_t)position(process, 1);
    process->queue_count--;
    return first;
}

const struct upcall *upcall_take(struct process *process)
{
    while (process->queue_count != 0) {
        const struct upcall *upcall = take_first(process);

        if (upcall->function != 0) {
            return upcall;
        }
    }
    return NULL;
}

bool upcall_take_id(struct process *process, uint32_t id, struct upcall *upcall)
{
    for (uint32_t i = 0; i < process->queue_count; i++) {
        if (entry(process, i)->id != id) {
            continue;
        }
        *upcall = *entry(process, i);
        for (; i > 0; i--) { /* those before it move up by one */
            *entry(process, i) = *entry(process, i - 1u);
        }
        take_first(process);
        return true;
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
    return arch_context_call(&process->arch, upcall->function, upcall->args) ||
           loop_fault_svc(&process->arch, ARCH_FAULT_STACK);
}
