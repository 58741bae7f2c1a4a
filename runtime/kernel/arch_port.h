/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What the kernel offers the architecture: limits of a process, and the two ways in.
 *
 * Addresses of process memory are uint32_t everywhere: they are numbers that a process
 * chose, never pointers before they were checked.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** Kept by the kernel, read by the architecture at each entry. Ends are exclusive. */
struct arch_limits {
    uint32_t ram_start;
    uint32_t app_brk; /* end of what the process owns of its block */
    uint32_t flash_start;
    uint32_t flash_end;
};

struct arch_process;

/** Why a process cannot go on; address is meaningful where the kind says so. */
enum arch_fault_kind {
    ARCH_FAULT_NONE,
    ARCH_FAULT_DATA,        /* address: what it touched, if address_valid */
    ARCH_FAULT_EXECUTE,     /* pc: where it may not execute */
    ARCH_FAULT_STACK,       /* its stack pointer is outside its memory */
    ARCH_FAULT_INSTRUCTION, /* undefined, coprocessor or state */
    ARCH_FAULT_ARITHMETIC,  /* division by zero, unaligned access */
    ARCH_FAULT_BUS,         /* no such address, or a peripheral refused */
    ARCH_FAULT_SYSCALL,     /* a system call class that does not exist */
};

struct arch_fault {
    uint32_t status;   /* the architecture's own fault register */
    uint32_t address;  /* if address_valid */
    uint32_t frame[8]; /* r0-r3 r12 lr pc psr as stacked, if frame_valid */
    uint32_t stack_pointer;
    uint8_t kind;
    bool address_valid;
    bool frame_valid;
};

/**
 * Serves a system call of the running process in place. regs: its four argument
 * registers, which receive the results. True: the process goes on at once; false: the
 * loop must run (it blocked, ended, faulted, or more work is due).
 */
bool syscall_serve(struct arch_process *process, uint32_t class, uint32_t regs[4]);

/** The running process did what *fault says. It will not run again before the loop. */
void loop_fault(struct arch_process *process, const struct arch_fault *fault);

/** The same of a fault of this kind at the svc that it executed last. Always false, for a
 * system call that ends with it. */
bool loop_fault_svc(struct arch_process *process, enum arch_fault_kind kind);

/** Everything the kernel does outside a system call; returns the process to run. The
 * context of whoever ran before has been saved. */
struct arch_process *loop_run(void);

/** Our own bug: reports and stops the machine. pc: where. */
_Noreturn void loop_panic(const struct arch_fault *fault);
