/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A host as a machine for tests: contexts as on Armv7-M, interrupts as bits a test sets.
 *
 * Built with cortexm/arch_context.c and cortexm/arch_block.c: a frame is in process memory
 * and checked like there. Process memory must be below 4 GiB. Nothing runs by itself: a
 * test raises lines, plays the process, and gets control back where the machine would
 * sleep or stop.
 */
#pragma once

#include "kernel/arch_port.h"

#include <stddef.h>

#define ARCH_HOST_WORDS 8u

/** What protection opens to a process; ends are exclusive. */
struct arch_host_open {
    uint32_t ram_start;
    uint32_t ram_end;
    uint32_t flash_start;
    uint32_t flash_end;
};

struct arch_process {
    struct arch_limits limits;
    uint32_t stack_pointer; /* at its frame of eight words */
    uint32_t registers[8];
    struct arch_host_open open;
};

/** Where the kernel gives up control for good. */
enum arch_host_end { ARCH_HOST_ASLEEP, ARCH_HOST_HALTED, ARCH_HOST_BOOTED };

struct arch_host {
    uint32_t enabled[ARCH_HOST_WORDS]; /* lines that may interrupt */
    uint32_t latched[ARCH_HOST_WORDS]; /* lines that came and were not taken yet */
    uint32_t level[ARCH_HOST_WORDS];   /* lines still asserted by their device */
    uint32_t
        record[ARCH_HOST_WORDS]; /* as on Armv7-M: top halves set, the loop takes */
    bool masked;
    bool loop_requested;
    const struct arch_process *in_force; /* whose protection, NULL: unknown */
    struct arch_host_open open;          /* what it opens */
    uint32_t protection_loads;
    /** Called wherever an interrupt may come between two steps of the kernel; or NULL. */
    void (*step)(void);
    /** Must not return after HALTED and BOOTED; after ASLEEP only with a line raised. */
    void (*left)(enum arch_host_end end);
};

extern struct arch_host arch_host;

/** A device asserts its line for a moment. The top half runs now, or once unmasked. */
void arch_host_raise(uint32_t line);

/** One step of the kernel has ended. */
void arch_host_step(void);

static inline void arch_loop_request(void)
{
    arch_host.loop_requested = true;
}

static inline void arch_loop_request_clear(void)
{
    arch_host.loop_requested = false;
}

static inline void arch_interrupts_off(void)
{
    arch_host_step();
    arch_host.masked = true;
}

static inline void arch_interrupts_on(void)
{
    arch_host.masked = false;
    arch_host_step();
}

static inline uint32_t arch_interrupts_take(uint32_t word)
{
    uint32_t lines = arch_host.record[word];

    arch_host_step();
    if (lines != 0) {
        arch_interrupts_off();
        lines = arch_host.record[word];
        arch_host.record[word] = 0;
        arch_interrupts_on();
    }
    return lines;
}

static inline uint32_t arch_interrupts_recorded(uint32_t words)
{
    uint32_t lines = 0;

    for (uint32_t word = 0; word < words; word++) {
        lines |= arch_host.record[word];
        arch_host_step();
    }
    return lines;
}

static inline void arch_interrupt_rearm(uint32_t line)
{
    uint32_t bit = UINT32_C(1) << line % 32u;

    arch_host_step();
    arch_host.latched[line / 32u] &= ~bit;
    arch_host.enabled[line / 32u] |= bit;
    arch_host_step();
}

/** Returns when a line is pending; else ends in arch_host.left. */
void arch_host_sleep(void);

static inline void arch_sleep(void)
{
    arch_host_sleep();
}
