/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The kernel loop: recorded interrupts, deferred calls, process actions, the scheduler,
 * upcalls, then the chosen process or sleep.
 *
 * It runs in a handler that nothing but top halves can interrupt. Work is served in
 * snapshots; after LOOP_ROUNDS of them a ready process gets its turn even if more work is
 * recorded: what is left stays recorded, its lines masked, until the process blocks, its
 * slice ends or another interrupt comes.
 */
#include "kernel/internal/report.h"
#include "kernel/internal/state.h"
#include "kernel/internal/upcall_queue.h"
#include "lib/assert.h"

#define LOOP_ROUNDS 8u

static void interrupts_serve(void)
{
    for (uint32_t word = 0; word < board_interrupt_words; word++) {
        uint32_t lines = arch_interrupts_take(word);

        while (lines != 0) {
            uint32_t line = word * 32u + (uint32_t)__builtin_ctz(lines);

            lines &= lines - 1;
            board_interrupts[line]();
            arch_interrupt_rearm(line);
        }
    }
}

static void deferred_serve(void)
{
    for (uint32_t word = 0; word < board_deferred_words; word++) {
        uint32_t calls = board_deferred_pending[word];

        board_deferred_pending[word] = 0;
        while (calls != 0) {
            uint32_t call = word * 32u + (uint32_t)__builtin_ctz(calls);

            calls &= calls - 1;
            board_deferred[call]();
        }
    }
}

static void actions_serve(void)
{
    while (state()->actions != 0) {
        uint32_t slot = (uint32_t)__builtin_ctz(state()->actions);

        state()->actions &= state()->actions - 1;
        process_action_run(&board_kernel.processes[slot]);
    }
}

static inline __attribute__((always_inline)) bool work_recorded(void)
{
    uint32_t deferred = 0;

    for (uint32_t word = 0; word < board_deferred_words; word++) {
        deferred |= board_deferred_pending[word];
    }
    return deferred != 0 || arch_interrupts_recorded(board_interrupt_words);
}

/** Ends whatever slice is running; the next choice begins a new one. */
static void slice_end(void)
{
    if (board_kernel.slice.owner != NULL && state()->chosen != 0) {
        policy_slice_stop(&board_kernel.slice);
    }
    state()->chosen = 0;
}

/** The process to run next, with its slice running and its upcall in its frame; NULL when
 * nobody can. Every turn either ends or takes one slot out of ready. */
static struct process *choose(void)
{
    while (state()->ready != 0) {
        bool sliced = board_kernel.slice.owner != NULL;
        bool expired = sliced && policy_slice_expired(&board_kernel.slice);
        uint8_t slot =
            policy_scheduler_next(&board_kernel.scheduler, state()->ready, expired);
        struct process *process = &board_kernel.processes[slot];
        struct upcall upcall;

        if (process->state == PROCESS_YIELDED) {
            if (!upcall_take(process, &upcall)) {
                state_not_ready(process); /* only null upcalls: it goes on waiting */
                continue;
            }
            if (!upcall_deliver(process, &upcall)) {
                actions_serve();
                continue;
            }
        }
        if (sliced && (expired || state()->chosen != slot + 1u)) {
            policy_slice_start(&board_kernel.slice, board_kernel.slice_ticks);
        }
        state()->chosen = (uint8_t)(slot + 1u);
        return process;
    }
    return NULL;
}

struct arch_process *loop_run(void)
{
    uint32_t rounds = 0;

    arch_current = NULL;
    for (;;) {
        interrupts_serve();
        deferred_serve();
        actions_serve();
        rounds++;

        /* Without a slice nothing would bring the loop back from a process. */
        bool leave = rounds >= LOOP_ROUNDS && state()->ready != 0 &&
                     board_kernel.slice.owner != NULL;
        struct process *process = NULL;

        if (leave || !work_recorded()) {
            /* Before the choice: the end of a slice that comes after it stays requested. */
            arch_loop_request_clear();
            process = choose();
        }
        arch_interrupts_off();
        if (process != NULL && (leave || !work_recorded())) {
            arch_current = &process->arch;
            arch_interrupts_on();
            arch_protection_select(&process->arch);
            return &process->arch;
        }
        if (process == NULL && !work_recorded()) {
            slice_end();
            arch_sleep();
            rounds = 0;
        }
        arch_interrupts_on();
    }
}

void loop_fault(struct arch_process *process, const struct arch_fault *fault)
{
    state()->fault = *fault;
    process_act((struct process *)(void *)process, ACTION_FAULT);
}

_Noreturn void loop_panic(const struct arch_fault *fault)
{
    report_line("kernel panic: status %x address %x pc %x lr %x", fault->status,
                fault->address, fault->frame[6], fault->frame[5]);
    arch_halt();
}
