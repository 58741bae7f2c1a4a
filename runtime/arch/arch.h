/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What every architecture offers the kernel. arch_types.h is found by include path, which
 * is how a build chooses its architecture; there is no #if.
 *
 * struct arch_process (arch_types.h) starts with struct arch_limits, holds the saved
 * context and the memory protection of one process, and is the first member of struct
 * process. All-zero is no process.
 */
#pragma once

#include "arch_types.h"
#include "kernel/arch_port.h"

/** The process whose context is in the registers; NULL inside the loop and before it. */
extern struct arch_process *arch_current;

/* -- memory of a process -------------------------------------------------------------- */

struct arch_block {
    uint32_t start;
    uint32_t size;
};

/** Room needed by the first frame: the least a process owns at its start. */
#define ARCH_MIN_APP_RAM 32u

/**
 * Chooses a block in [pool_start, pool_end) that protection can cover: at least app bytes
 * for the process (never fewer than ARCH_MIN_APP_RAM) and kernel bytes above them. fixed:
 * the only start that will do, or 0xFFFFFFFF. False: there is none.
 */
bool arch_block_choose(uint32_t pool_start, uint32_t pool_end, uint32_t app,
                       uint32_t kernel, uint32_t fixed, struct arch_block *block);

/** Opens [block, app_brk) to the process. False, and nothing changed: the granularity
 * would let it reach kern_brk. */
bool arch_ram_open(struct arch_process *process, const struct arch_block *block,
                   uint32_t app_brk, uint32_t kern_brk);

/** End of what the process can really touch of its block: app_brk rounded up. */
uint32_t arch_ram_reach(const struct arch_process *process,
                        const struct arch_block *block);

/** Clears [start, end), both multiples of 32: faster than memset. */
void arch_zero(uint32_t start, uint32_t end);

/** Opens its flash for reading and execution. False: protection cannot cover it exactly. */
bool arch_flash_open(struct arch_process *process, uint32_t start, uint32_t size);

/** Puts the process's protection into force, even if it is thought to be. */
void arch_protection_load(struct arch_process *process);

/** The same, only if another process's is in force. */
void arch_protection_select(struct arch_process *process);

/* -- context of a process --------------------------------------------------------------- */

/** Prepares the very first instruction: registers 0-3 as given, all others zero, stack
 * pointer at the end of the first ARCH_MIN_APP_RAM bytes. */
void arch_context_init(struct arch_process *process, uint32_t entry,
                       const uint32_t args[4]);

/** Lets the blocked process call function(args) and then go on after its svc. False: its
 * stack is not in its memory, it must be faulted. */
bool arch_context_call(struct arch_process *process, uint32_t function,
                       const uint32_t args[4]);

/** Writes the first three result registers of the blocked process. False as above. */
bool arch_context_results(struct arch_process *process, const uint32_t values[3]);

/** A fault of the given kind at the svc the process executed last: its registers as far as
 * they can be read. */
struct arch_fault arch_context_fault(const struct arch_process *process,
                                     enum arch_fault_kind kind);

/* -- the machine -------------------------------------------------------------------------- */

/** Requests the loop: it runs as soon as no handler does. */
static inline void arch_loop_request(void);

/** Takes the recorded interrupts of lines 32 * word .. + 31 out of the record. */
static inline uint32_t arch_interrupts_take(uint32_t word);

/** After a line's bottom half: forgets a stale latch and lets the line come again. */
static inline void arch_interrupt_rearm(uint32_t line);

/** Enables a line for the first time. */
void arch_interrupt_enable(uint32_t line);

/** The first words of the record, or-ed: 0 when no interrupt came since they were taken. */
static inline uint32_t arch_interrupts_recorded(uint32_t words);

/** Masks and unmasks interrupts around a re-check; never nested. */
static inline void arch_interrupts_off(void);
static inline void arch_interrupts_on(void);

/** Sleeps until an interrupt is pending; interrupts are off before and after. */
static inline void arch_sleep(void);

/** Withdraws a request for the loop; one that comes later stays. */
static inline void arch_loop_request_clear(void);

/** From main: enters the loop for good. */
_Noreturn void arch_loop_enter(void);

/** Stops for good after a panic's report. */
_Noreturn void arch_halt(void);
