/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The kernel loop: recorded interrupts, deferred calls, process actions, the scheduler,
 * then the chosen process or sleep.
 *
 * It runs in a handler that nothing but top halves can interrupt. Work is served in
 * snapshots; after LOOP_ROUNDS of them a ready process gets its turn even if more work is
 * recorded: what is left stays recorded, its lines masked, until the process blocks, its
 * slice ends or another interrupt comes.
 *
 * A watchdog hears of each choice, and of each line of a report, so it resets a kernel whose
 * handler does not come back and never one whose process does not: slices bring the loop
 * back from that.
 */
#include "kernel/internal/report.h"
#include "kernel/internal/state.h"

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
    return (deferred | state()->actions |
            arch_interrupts_recorded(board_interrupt_words)) != 0;
}

static inline bool watched(void)
{
    return board_kernel.watchdog.owner != NULL;
}

/** Ends whatever slice is running; the next choice begins a new one. */
static void slice_end(void)
{
    if (board_kernel.slice.owner != NULL && state()->chosen != 0) {
        policy_slice_stop(&board_kernel.slice);
    }
    state()->chosen = 0;
}

/** The process to run next, with its slice running; NULL when nobody can. */
static struct process *choose(void)
{
    uint32_t ready = state()->ready;

    if (ready == 0) {
        return NULL;
    }
    bool sliced = board_kernel.slice.owner != NULL;
    bool expired = sliced && policy_slice_expired(&board_kernel.slice);
    uint8_t slot = policy_scheduler_next(&board_kernel.scheduler, ready, expired);

    if (sliced && (expired || state()->chosen != slot + 1u)) {
        policy_slice_start(&board_kernel.slice, board_kernel.slice_ticks);
    }
    state()->chosen = (uint8_t)(slot + 1u);
    return &board_kernel.processes[slot];
}

/** Whether a ready process must wait no longer for work that does not end. Without a slice
 * nothing would bring the loop back from it. */
static inline bool work_must_wait(uint32_t rounds)
{
    return rounds >= LOOP_ROUNDS && state()->ready != 0 &&
           board_kernel.slice.owner != NULL;
}

static void sleep_watched(void)
{
    if (watched()) {
        policy_watchdog_suspend(&board_kernel.watchdog);
    }
    arch_sleep();
    if (watched()) {
        policy_watchdog_resume(&board_kernel.watchdog);
    }
}

struct arch_process *loop_run(void)
{
    uint32_t rounds = 0;

    arch_current = NULL;
    for (;;) {
        if (watched()) {
            policy_watchdog_tickle(&board_kernel.watchdog);
        }
        while (work_recorded() && !work_must_wait(rounds)) {
            interrupts_serve();
            deferred_serve();
            actions_serve();
            rounds++;
            /* What is requested from here on, also the end of a slice, stays requested:
             * the loop runs again before any instruction of a process. */
            arch_loop_request_clear();
        }
        struct process *process = choose();

        if (process != NULL) {
            arch_current = &process->arch;
            arch_protection_select(&process->arch);
            return &process->arch;
        }
        arch_interrupts_off();
        if (!work_recorded()) {
            slice_end();
            sleep_watched();
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

bool loop_fault_svc(struct arch_process *process, enum arch_fault_kind kind)
{
    struct arch_fault fault = arch_context_fault(process, kind);

    loop_fault(process, &fault);
    return false;
}

_Noreturn void loop_panic(const struct arch_fault *fault)
{
    report_line("kernel panic: status %x address %x pc %x lr %x", fault->status,
                fault->address, fault->frame[6], fault->frame[5]);
    arch_halt();
}
