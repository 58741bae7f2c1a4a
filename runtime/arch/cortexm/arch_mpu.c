/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The MPU of Armv7-M (B3.5): 8 regions, powers of two with 8 subregions each.
 *
 * Regions 0 and 1 are the two halves of a process's block, opened in sixteenths from
 * below; 2 is its flash; 7 is a guard under the main stack. PRIVDEFENA stays on, so the
 * kernel runs without switching anything; attributes equal the default memory map's.
 */
#include "arch/arch.h"

#include "arch_block.h"
#include "arch_cortexm.h"

#define RASR_ENABLE 1u
#define RASR_SIZE(log2) (((log2)-1u) << 1)
#define RASR_DISABLED_SUBREGIONS(mask) ((mask) << 8)
#define RASR_RAM 0x130B0000u   /* XN, all may read and write, normal write-back */
#define RASR_FLASH 0x02020000u /* executable, user reads, normal write-through */
#define RASR_NONE 0x10000000u  /* XN, nobody */
#define RBAR_VALID 0x10u

#define SUBREGIONS 8u

static const struct arch_process *loaded; /* whose regions the hardware holds */

/** Region n of the block with its first open granules enabled, or disabled. */
static inline __attribute__((always_inline)) struct arch_region
half_of(const struct arch_block *block, uint32_t n, uint32_t open)
{
    uint32_t log2 = (uint32_t)__builtin_ctz(block->size) - 1u;
    struct arch_region region = {.rbar = (block->start + n * block->size / 2u) |
                                         RBAR_VALID | n};

    if (open != 0) {
        uint32_t closed = open < SUBREGIONS ? 0xFFu << open & 0xFFu : 0;

        region.rasr =
            RASR_RAM | RASR_DISABLED_SUBREGIONS(closed) | RASR_SIZE(log2) | RASR_ENABLE;
    }
    return region;
}

bool arch_ram_open(struct arch_process *process, const struct arch_block *block,
                   uint32_t app_brk, uint32_t kern_brk)
{
    uint32_t reach = arch_block_round(block, app_brk);
    uint32_t open = (reach - block->start) / arch_block_granule(block);

    if (reach > kern_brk || open == 0) {
        return false;
    }
    process->regions[0] = half_of(block, 0, open);
    process->regions[1] = half_of(block, 1, open > SUBREGIONS ? open - SUBREGIONS : 0);
    process->reach = reach;
    loaded = NULL; /* what the hardware holds may be this process's older memory */
    return true;
}

uint32_t arch_ram_reach(const struct arch_process *process,
                        const struct arch_block *block)
{
    (void)block;
    return process->reach;
}

bool arch_flash_open(struct arch_process *process, uint32_t start, uint32_t size)
{
    loaded = NULL;
    /* From the largest power of two that is not above size; 32 bytes is the least region. */
    for (uint32_t log2 = 31u - (uint32_t)__builtin_clz(size | 32u); log2 < 32; log2++) {
        uint32_t region = UINT32_C(1) << log2;
        uint32_t base = start & ~(region - 1u);
        uint32_t eighth = region / SUBREGIONS;
        uint32_t closed = 0;

        if (size > region || start - base > region - size ||
            (size != region && log2 < 8)) { /* small regions have no subregions */
            continue;
        }
        if (size != region) {
            if (start % eighth != 0 || size % eighth != 0) {
                return false; /* larger regions only have coarser subregions */
            }
            uint32_t open = ((UINT32_C(1) << size / eighth) - 1u)
                            << (start - base) / eighth;

            closed = ~open & 0xFFu;
        }
        process->regions[2] = (struct arch_region){
            .rbar = base | RBAR_VALID | 2u,
            .rasr = RASR_FLASH | RASR_DISABLED_SUBREGIONS(closed) | RASR_SIZE(log2) |
                    RASR_ENABLE,
        };
        return true;
    }
    return false;
}

void arch_protection_load(struct arch_process *process)
{
    arch_regions_write(process->regions);
    loaded = process;
}

void arch_protection_select(struct arch_process *process)
{
    if (loaded != process) {
        arch_protection_load(process);
    }
}

void arch_mpu_init(void)
{
    for (uint32_t region = 0; region < 7; region++) {
        ARCH_MPU_RBAR = RBAR_VALID | region;
        ARCH_MPU_RASR = 0;
    }
    ARCH_MPU_RBAR = (uint32_t)arch_stack_bottom | RBAR_VALID | 7u;
    ARCH_MPU_RASR = RASR_NONE | RASR_SIZE(5u) | RASR_ENABLE;
    ARCH_MPU_CTRL = ARCH_MPU_CTRL_ENABLE | ARCH_MPU_CTRL_PRIVDEFENA;
    __asm__ volatile("dsb\n\tisb" ::: "memory");
}
