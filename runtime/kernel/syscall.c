/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * System calls, served in place: decode and check everything, then act.
 *
 * regs are the process's own registers in its stack frame: read once each, written last.
 * A buffer it allowed may overlap them, which can only hurt the process itself.
 */
#include "abi/syscall.h"

#include "kernel/internal/grant_table.h"
#include "kernel/internal/memop.h"
#include "kernel/internal/state.h"
#include "kernel/internal/upcall_queue.h"

/** Failure with what was passed: pointer and data are in their registers already. */
static void fail_pair(uint32_t regs[4], enum err err)
{
    regs[0] = RETURN_FAILURE_2U32;
    regs[1] = (uint32_t)err;
}

/** Whether there is nothing to ask a filter: no filter, no driver, or one that is open
 * to the process whatever it calls. */
static inline __attribute__((always_inline)) bool
settled(const struct process *process, const struct syscall_driver *driver)
{
    if (board_kernel.filter.owner == NULL || driver == NULL) {
        return true;
    }
    bool has_bit = board_driver_slots <= 32 || driver->index < 32; /* or none */

    return has_bit && (process->open >> driver->index & 1u) != 0;
}

static const struct policy_subject *subject_of(const struct process *process)
{
    return &board_kernel.subjects[process->slot];
}

/** The driver of that number; NULL also where the filter keeps the process from it, so
 * that a forbidden driver answers like an absent one. */
static inline __attribute__((always_inline)) const struct syscall_driver *
driver_for(const struct process *process, uint32_t number)
{
    const struct syscall_driver *driver = board_driver(number);
    bool has = settled(process, driver) ||
               policy_filter_driver(&board_kernel.filter, subject_of(process), driver);

    return has ? driver : NULL;
}

/** The same for one of its commands. */
static const struct syscall_driver *driver_for_command(const struct process *process,
                                                       uint32_t number,
                                                       uint32_t command)
{
    const struct syscall_driver *driver = board_driver(number);
    bool has = settled(process, driver) ||
               policy_filter_command(&board_kernel.filter, subject_of(process), driver,
                                     command);

    return has ? driver : NULL;
}

static inline __attribute__((always_inline)) void swap(uint32_t regs[4],
                                                       struct swap_pair *pair,
                                                       uint32_t first, uint32_t second)
{
    struct swap_pair old = *pair;

    pair->first = first;
    pair->second = second;
    regs[0] = RETURN_SUCCESS_2U32;
    regs[1] = old.first;
    regs[2] = old.second;
}

/* How many values follow each variant, a hexadecimal digit each. */
#define VALUES_OF_FAILURES 0x3321u
#define VALUES_OF_SUCCESSES 0x332210u

static void command(struct process *process, uint32_t regs[4])
{
    uint32_t number = regs[1]; /* the one the filter is asked about is the one served */
    const struct syscall_driver *driver = driver_for_command(process, regs[0], number);

    if (driver == NULL) {
        regs[0] = RETURN_FAILURE;
        regs[1] = ERR_NODEVICE;
        return;
    }
    if (number == 0 && !driver->answers_exists) {
        regs[0] = RETURN_SUCCESS;
        return;
    }
    struct command *command = &state()->command;
    struct command_result *result = &state()->result;

    command->number = number;
    command->arg[0] = regs[2];
    command->arg[1] = regs[3];
    command_failure(result, ERR_NOSUPPORT);
    driver->command(process, command, result);
    regs[0] = result->variant;

    uint32_t counts =
        result->variant >= RETURN_SUCCESS ? VALUES_OF_SUCCESSES : VALUES_OF_FAILURES;
    uint32_t count = counts >> 4 * (result->variant & 7u) & 7u;

    if (count >= 1) {
        regs[1] = result->value[0];
    }
    if (count >= 2) {
        regs[2] = result->value[1];
    }
    if (count == 3) {
        regs[3] = result->value[2];
    }
}

static void subscribe(struct process *process, uint32_t regs[4])
{
    uint32_t number = regs[1];
    uint32_t function = regs[2];

    if (function != 0 && !process_owns_flash(process, function, sizeof(uint32_t)) &&
        !process_owns_ram(process, function, sizeof(uint32_t))) {
        fail_pair(regs, ERR_INVAL);
        return;
    }
    const struct syscall_driver *driver = driver_for(process, regs[0]);

    if (driver == NULL) {
        fail_pair(regs, ERR_NODEVICE);
        return;
    }
    struct swap_pair *pairs = grant_pairs(process, driver);

    if (pairs == NULL) {
        fail_pair(regs, ERR_NOMEM);
        return;
    }
    if (number >= driver->upcalls) {
        fail_pair(regs, ERR_NOSUPPORT);
        return;
    }
    if (process->queue_count != 0) {
        upcall_purge(process, upcall_id(driver, number));
    }
    swap(regs, &pairs[number], function, regs[3]);
}

static inline __attribute__((always_inline)) void allow(struct process *process,
                                                        uint32_t regs[4],
                                                        bool writeable)
{
    const struct syscall_driver *driver = driver_for(process, regs[0]);
    uint32_t number = regs[1];
    uint32_t address = regs[2];
    uint32_t len = regs[3];
    uint32_t ram_end = 0; /* of a buffer in RAM that is not empty */

    if (driver == NULL) {
        fail_pair(regs, ERR_NODEVICE);
        return;
    }
    if (len != 0) {
        if (process_owns_ram(process, address, len)) {
            ram_end = address + len;
        } else if (writeable || !process_owns_flash(process, address, len)) {
            fail_pair(regs, ERR_INVAL);
            return;
        }
    }
    struct swap_pair *pairs = grant_pairs(process, driver);

    if (pairs == NULL) {
        fail_pair(regs, ERR_NOMEM);
        return;
    }
    if (number >= (writeable ? driver->allow_rw : driver->allow_ro)) {
        fail_pair(regs, ERR_INVAL); /* TRD104 4.4; upstream answers NOSUPPORT */
        return;
    }
    if (ram_end > process->high_water) {
        process->high_water = ram_end;
    }
    swap(regs, &pairs[driver->upcalls + (writeable ? driver->allow_ro : 0u) + number],
         address, len);
}

/** No driver of this kernel shares state with processes yet. */
static void allow_userspace_readable(const struct process *process, uint32_t regs[4])
{
    fail_pair(regs,
              driver_for(process, regs[0]) == NULL ? ERR_NODEVICE : ERR_NOSUPPORT);
}

static bool yield_wait_for(struct process *process, uint32_t regs[4])
{
    const struct syscall_driver *driver = board_driver(regs[1]);

    /* A number that cannot happen is waited for all the same: for ever, as TRD104 says. */
    process->waits_for =
        driver != NULL && driver->grant != DRIVER_NO_GRANT && regs[2] < 256
            ? (uint16_t)upcall_id(driver, regs[2])
            : UPCALL_NEVER;
    if (upcall_take_id(process, process->waits_for, regs)) {
        return true;
    }
    process->state = PROCESS_WAITING;
    state_not_ready(process);
    return false;
}

static bool yield(struct process *process, uint32_t regs[4])
{
    const struct swap_pair *pair;

    switch (regs[0]) {
    case YIELD_NO_WAIT: {
        uint32_t flag = regs[1];

        pair = upcall_next(process);
        if (process_owns_ram(process, flag, 1)) {
            *(uint8_t *)(uintptr_t)flag = pair != NULL;
        }
        return pair == NULL || upcall_deliver(process, pair);
    }
    case YIELD_WAIT:
        pair = upcall_next(process);
        if (pair != NULL) {
            return upcall_deliver(process, pair);
        }
        process->state = PROCESS_YIELDED;
        state_not_ready(process);
        return false;
    case YIELD_WAIT_FOR:
        return yield_wait_for(process, regs);
    default:
        return true; /* TRD104 4.1: an unknown yield returns and changes nothing */
    }
}

static bool leave(struct process *process, uint32_t regs[4])
{
    if (regs[0] > EXIT_RESTART) {
        regs[0] = RETURN_FAILURE;
        regs[1] = ERR_NOSUPPORT;
        return true;
    }
    process->completion_code = regs[1];
    process_act(process, regs[0] == EXIT_RESTART ? ACTION_RESTART : ACTION_TERMINATE);
    return false;
}

bool syscall_serve(struct arch_process *arch, uint32_t class, uint32_t regs[4])
{
    struct process *process = (struct process *)(void *)arch;

    switch (class) {
    case SYSCALL_YIELD:
        return yield(process, regs);
    case SYSCALL_SUBSCRIBE:
        subscribe(process, regs);
        return true;
    case SYSCALL_COMMAND:
        command(process, regs);
        return true;
    case SYSCALL_ALLOW_RW:
        allow(process, regs, true);
        return true;
    case SYSCALL_ALLOW_RO:
        allow(process, regs, false);
        return true;
    case SYSCALL_MEMOP:
        memop_serve(process, regs);
        return true;
    case SYSCALL_EXIT:
        return leave(process, regs);
    case SYSCALL_ALLOW_USERSPACE_READABLE:
        allow_userspace_readable(process, regs);
        return true;
    default:
        return loop_fault_svc(arch, ARCH_FAULT_SYSCALL);
    }
}
