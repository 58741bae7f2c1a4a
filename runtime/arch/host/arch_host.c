/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The simulated machine: interrupt lines, recorded protection, sleep.
 *
 * Top halves do what they do on Armv7-M: mask the line, record it, request the loop.
 */
#include "arch/arch.h"

#include "arch/cortexm/arch_block.h"
#include "lib/assert.h"
#include "lib/memory.h"

struct arch_host arch_host;

/* -- interrupts ------------------------------------------------------------------------- */

static uint32_t due(uint32_t word)
{
    return (arch_host.latched[word] | arch_host.level[word]) & arch_host.enabled[word];
}

static void top_halves(void)
{
    for (uint32_t word = 0; word < ARCH_HOST_WORDS; word++) {
        uint32_t lines = due(word);

        if (lines != 0) {
            arch_host.enabled[word] &= ~lines;
            arch_host.latched[word] &= ~lines;
            arch_host.record[word] |= lines;
            arch_loop_request();
        }
    }
}

void arch_host_step(void)
{
    if (arch_host.step != NULL) {
        arch_host.step();
    }
    if (!arch_host.masked) {
        top_halves();
    }
}

void arch_host_raise(uint32_t line)
{
    arch_host.latched[line / 32u] |= UINT32_C(1) << line % 32u;
    if (!arch_host.masked) {
        top_halves();
    }
}

void arch_interrupt_enable(uint32_t line)
{
    arch_host.enabled[line / 32u] |= UINT32_C(1) << line % 32u;
}

/* -- leaving ---------------------------------------------------------------------------- */

static bool woken(void)
{
    uint32_t lines = 0;

    for (uint32_t word = 0; word < ARCH_HOST_WORDS; word++) {
        lines |= due(word);
    }
    return lines != 0;
}

void arch_host_sleep(void)
{
    ASSERT(arch_host.masked); /* else a line could come between the check and here */
    arch_host_step();
    if (!woken()) {
        arch_host.left(ARCH_HOST_ASLEEP);
    }
    ASSERT(woken());
}

static _Noreturn void leave(enum arch_host_end end)
{
    arch_host.left(end);
    __builtin_trap();
}

_Noreturn void arch_loop_enter(void)
{
    leave(ARCH_HOST_BOOTED);
}

_Noreturn void arch_halt(void)
{
    leave(ARCH_HOST_HALTED);
}

/* -- protection ------------------------------------------------------------------------- */

bool arch_ram_open(struct arch_process *process, const struct arch_block *block,
                   uint32_t app_brk, uint32_t kern_brk)
{
    uint32_t reach = arch_block_round(block, app_brk);

    if (reach > kern_brk || reach == block->start) {
        return false;
    }
    process->open.ram_start = block->start;
    process->open.ram_end = reach;
    arch_host.in_force = NULL;
    return true;
}

uint32_t arch_ram_reach(const struct arch_process *process,
                        const struct arch_block *block)
{
    (void)block;
    return process->open.ram_end;
}

void arch_zero(uint32_t start, uint32_t end)
{
    ASSERT(start % 32 == 0 && end % 32 == 0);
    memset((void *)(uintptr_t)start, 0, end - start);
}

/** Like one region of the MPU without subregions: a power of two, aligned to itself. */
bool arch_flash_open(struct arch_process *process, uint32_t start, uint32_t size)
{
    arch_host.in_force = NULL;
    if (size < 32 || (size & (size - 1u)) != 0 || start % size != 0) {
        return false;
    }
    process->open.flash_start = start;
    process->open.flash_end = start + size;
    return true;
}

void arch_protection_load(struct arch_process *process)
{
    arch_host.open = process->open;
    arch_host.in_force = process;
    arch_host.protection_loads++;
}

void arch_protection_select(struct arch_process *process)
{
    arch_host_step();
    if (arch_host.in_force != process) {
        arch_protection_load(process);
    }
}
