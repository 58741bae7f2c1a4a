/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The kernel as an instance: its ports, its memory, its processes.
 *
 * struct kernel is written by the generator from kernel.yaml, like any component's.
 */
#pragma once

#include "hil/policy.h"
#include "hil/uart.h"
#include "kernel/cap.h"
#include "kernel/internal/process.h"

/** The kernel's own memory, apart from the processes; all-zero before boot. */
struct kernel_state {
    uint32_t ready;    /* bit n: slot n can run */
    uint32_t actions;  /* bit n: the loop has something to do to slot n */
    uint32_t ram_next; /* first byte of the applications' RAM not given out yet */
    uint16_t generations;
    uint8_t chosen;          /* slot + 1 of whose slice is running; 0: nobody's */
    struct arch_fault fault; /* of whoever faulted last, until the loop reports it */
    /* Of the command being served: here, for on the stack they would cost each syscall. */
    struct command command;
    struct command_result result;
};

/** An application of the board, known by its package name: what runs is in another image
 * than this. */
struct application {
    const char *name; /* not terminated */
    uint16_t name_len;
};

/** What a board sets for one application. */
struct kernel_app {
    uint32_t ram_b; /* its block has at least so much for it; 0: what its header asks */
};

struct kernel {
    struct kernel_state *state;
    struct policy_scheduler scheduler;
    struct policy_slice slice; /* .owner NULL: processes are never preempted */
    struct policy_fault on_fault;
    struct policy_filter filter; /* .owner NULL: every process may call every driver */
    struct policy_watchdog watchdog; /* .owner NULL: nobody watches the kernel */
    struct uart_polled report;       /* .owner NULL: reports go nowhere */
    uint32_t slice_ticks;
    uint8_t slots; /* of processes[], at most 32 */
    struct process *processes;
    const struct kernel_app *apps;           /* by application; NULL: nothing is set */
    const struct policy_fault *app_on_fault; /* likewise; NULL: on_fault for all */
    struct policy_subject *subjects; /* by slot, for the filter; NULL without one */
    uint32_t apps_flash_start;
    uint32_t apps_flash_end;
    uint32_t apps_ram_start;
    uint32_t apps_ram_end;
};
