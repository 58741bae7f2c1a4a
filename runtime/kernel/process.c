/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The life of a process: started, ended, restarted, and named by capsules.
 *
 * Only the loop starts and ends processes, after the registers of whoever ran have been
 * saved; handlers ask for it with process_act. So no stale context survives a restart and
 * no result is ever written to a dead process.
 */
#include "kernel/internal/process.h"

#include "kernel/internal/grant_table.h"
#include "kernel/internal/report.h"
#include "kernel/internal/state.h"

static bool alive(const struct process *process)
{
    return process->state >= PROCESS_RUNNING && process->state <= PROCESS_WAITING;
}

void process_act(struct process *process, enum process_action action)
{
    if (process->action == ACTION_NONE) {
        process->action = (uint8_t)action;
        state()->actions |= UINT32_C(1) << process->slot;
    }
    arch_loop_request();
}

static uint16_t next_generation(void)
{
    state()->generations++;
    if (state()->generations == 0) { /* 0 names nobody */
        state()->generations++;
    }
    return state()->generations;
}

bool process_start(struct process *process)
{
    struct arch_limits *limits = &process->arch.limits;
    uint32_t block_end = process->block.start + process->block.size;
    uint32_t table = block_end - grant_table_size();

    limits->ram_start = process->block.start;
    limits->app_brk = process->block.start + ARCH_MIN_APP_RAM;
    process->kern_brk = table;
    process->high_water = process->block.start;
    process->queue = (struct upcall_queue *)(uintptr_t)table;
    process->grants = (struct swap_pair **)(uintptr_t)(block_end - board_grant_count *
                                                                       sizeof(void *));
    process->queue_count = 0;
    if (!arch_ram_open(&process->arch, &process->block, limits->app_brk, table)) {
        return false;
    }
    arch_zero(process->block.start, arch_ram_reach(&process->arch, &process->block));
    /* The grants' pointers, and the end of the queue that shares their first 32 bytes. */
    arch_zero((uint32_t)(uintptr_t)process->grants & ~UINT32_C(31), block_end);

    uint32_t args[4] = {
        limits->flash_start + process->protected_size,
        process->block.start,
        process->block.size,
        limits->app_brk,
    };
    arch_context_init(&process->arch, process->entry, args);
    process->generation = next_generation();
    process->action = ACTION_NONE;
    process->state = PROCESS_RUNNING;
    state_ready(process);
    return true;
}

void process_end(struct process *process, enum process_state end)
{
    struct process_id id = process_id(process);

    process->state = (uint8_t)end;
    state_not_ready(process);
    for (uint8_t i = 0; i < board_grant_count; i++) {
        const struct syscall_driver *driver = board_grants[i];
        bool made = process->grants[i] != NULL;

        process->grants[i] = NULL;
        if (made && driver->exited != NULL) {
            driver->exited(id);
        }
    }
    process->queue_count = 0;
}

/** A new life in the same memory. */
static void start_again(struct process *process)
{
    process->dropped = 0;
    if (!process_start(process)) { /* cannot be: the same block was covered before */
        process->state = PROCESS_TERMINATED;
    }
}

static void restart(struct process *process)
{
    process_end(process, PROCESS_TERMINATED);
    process->restarts++;
    start_again(process);
}

static const struct policy_fault *fault_policy(const struct process *process)
{
    if (board_kernel.app_on_fault == NULL || process->app == APP_NONE) {
        return &board_kernel.on_fault;
    }
    return &board_kernel.app_on_fault[process->app];
}

static void fault(struct process *process)
{
    report_fault(process, &state()->fault);
    switch (policy_fault_decide(fault_policy(process), process->restarts)) {
    case FAULT_RESTART:
        report_line("%p: restart %u", process, process->restarts + 1);
        restart(process);
        break;
    case FAULT_STOP:
        report_line("%p: stopped for good", process);
        process_end(process, PROCESS_FAULTED);
        break;
    case FAULT_PANIC:
        report_line("the fault policy stops the machine");
        arch_halt();
    }
}

void process_action_run(struct process *process)
{
    uint8_t action = process->action;

    process->action = ACTION_NONE;
    if (alive(process) == (action == ACTION_START)) {
        return;
    }
    switch (action) {
    case ACTION_FAULT:
        fault(process);
        break;
    case ACTION_RESTART:
        restart(process);
        break;
    case ACTION_TERMINATE:
        process_end(process, PROCESS_TERMINATED);
        break;
    case ACTION_START:
        process->restarts = 0;
        start_again(process);
        break;
    default:
        break;
    }
}

struct process_id process_id(const struct process *process)
{
    return (struct process_id){.slot = process->slot,
                               .generation = process->generation};
}

struct process *process_get(struct process_id id)
{
    struct process *process = process_in_slot(id.slot);

    return process != NULL && process->generation == id.generation ? process : NULL;
}

uint8_t process_slots(void)
{
    return board_kernel.slots;
}

struct process *process_in_slot(uint8_t slot)
{
    if (slot >= board_kernel.slots || !alive(&board_kernel.processes[slot])) {
        return NULL;
    }
    return &board_kernel.processes[slot];
}
