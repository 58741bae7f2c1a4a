/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Armv7-M: the context of a process, and what must be inlined.
 *
 * arch_entry.S knows the offsets of stack_pointer and registers; arch_context.c checks
 * them at compile time.
 */
#pragma once

#include "kernel/arch_port.h"

#include <stddef.h>

/** MPU regions of a process with fixed numbers: 0 and 1 its RAM, 2 its flash. Fixed, so
 * that half-written registers never cover kernel memory. */
#define ARCH_PROCESS_REGIONS 3u

struct arch_region {
    uint32_t rbar;
    uint32_t rasr;
};

struct arch_process {
    struct arch_limits limits;
    uint32_t stack_pointer; /* PSP, at its frame of eight words */
    uint32_t registers[8];  /* r4-r11 */
    struct arch_region regions[ARCH_PROCESS_REGIONS];
    uint32_t reach; /* end of what regions 0 and 1 open */
};

/* System control space, Armv7-M Architecture Reference Manual B3. */
#define ARCH_REGISTER(address) (*(volatile uint32_t *)(address))
#define ARCH_ICSR ARCH_REGISTER(0xE000ED04)
#define ARCH_ICSR_PENDSVSET (UINT32_C(1) << 28)
#define ARCH_ICSR_PENDSVCLR (UINT32_C(1) << 27)
#define ARCH_NVIC_ISER(word) ARCH_REGISTER(0xE000E100 + 4 * (word))
#define ARCH_NVIC_ICER(word) ARCH_REGISTER(0xE000E180 + 4 * (word))
#define ARCH_NVIC_ICPR(word) ARCH_REGISTER(0xE000E280 + 4 * (word))

/** Interrupts that came since the loop looked; top halves set, the loop takes. */
extern volatile uint32_t arch_interrupt_record[];

static inline __attribute__((always_inline)) void arch_loop_request(void)
{
    ARCH_ICSR = ARCH_ICSR_PENDSVSET;
    __asm__ volatile("dsb" ::: "memory"); /* pending before any exception return */
}

static inline void arch_loop_request_clear(void)
{
    ARCH_ICSR = ARCH_ICSR_PENDSVCLR;
}

static inline void arch_interrupts_off(void)
{
    __asm__ volatile("cpsid i" ::: "memory");
}

static inline void arch_interrupts_on(void)
{
    __asm__ volatile("cpsie i\n\tisb" ::: "memory");
}

static inline void arch_sleep(void)
{
    __asm__ volatile("dsb\n\twfi" ::: "memory");
}

static inline uint32_t arch_interrupts_take(uint32_t word)
{
    uint32_t lines = arch_interrupt_record[word];

    if (lines != 0) {
        arch_interrupts_off();
        lines = arch_interrupt_record[word];
        arch_interrupt_record[word] = 0;
        arch_interrupts_on();
    }
    return lines;
}

static inline __attribute__((always_inline)) uint32_t
arch_interrupts_recorded(uint32_t words)
{
    uint32_t lines = 0;

    for (uint32_t word = 0; word < words; word++) {
        lines |= arch_interrupt_record[word];
    }
    return lines;
}

static inline void arch_interrupt_rearm(uint32_t line)
{
    uint32_t bit = UINT32_C(1) << line % 32u;

    /* A stale latch goes, a level still there comes. */
    ARCH_NVIC_ICPR(line / 32u) = bit;
    ARCH_NVIC_ISER(line / 32u) = bit;
}
