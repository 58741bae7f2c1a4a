/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memop 0 to 11; see TRD104 4.6. Every refusal of a break is NOMEM. */
#include "kernel/internal/memop.h"

#include "abi/err.h"
#include "abi/syscall.h"
#include "abi/tbf_format.h"
#include "lib/memory.h"

/** Moves the break. What the process can reach beyond the old break afterwards is zero. */
static bool break_set(struct process *process, uint32_t app_brk)
{
    struct arch_limits *limits = &process->arch.limits;
    uint32_t old = limits->app_brk;

    if (app_brk < limits->ram_start + ARCH_MIN_APP_RAM ||
        app_brk < process->high_water || app_brk > process->kern_brk) {
        return false;
    }
    if (!arch_ram_open(&process->arch, &process->block, app_brk, process->kern_brk)) {
        return false;
    }
    limits->app_brk = app_brk;
    arch_protection_load(&process->arch);
    if (app_brk > old) {
        uint32_t reach = arch_ram_reach(&process->arch, &process->block);

        memset((void *)(uintptr_t)old, 0, reach - old);
    }
    return true;
}

static void flash_region(const struct process *process, uint32_t regs[4], bool end)
{
    uint32_t index = regs[1];

    regs[0] = RETURN_FAILURE;
    regs[1] = ERR_FAIL;
    if (index >= process->flash_regions) {
        return;
    }
    uint32_t offset = process->flash_region_tlv[2 * index];
    uint32_t size = process->flash_region_tlv[2 * index + 1];

    if (size != 0) {
        regs[0] = RETURN_SUCCESS_U32;
        regs[1] = process->arch.limits.flash_start + offset + (end ? size : 0);
    }
}

static void success_u32(uint32_t regs[4], uint32_t value)
{
    regs[0] = RETURN_SUCCESS_U32;
    regs[1] = value;
}

/** Success, or NOMEM. */
static void status(uint32_t regs[4], bool good)
{
    regs[0] = good ? RETURN_SUCCESS : RETURN_FAILURE;
    if (!good) {
        regs[1] = ERR_NOMEM;
    }
}

void memop_serve(struct process *process, uint32_t regs[4])
{
    const struct arch_limits *limits = &process->arch.limits;
    uint32_t old = limits->app_brk;

    switch (regs[0]) {
    case MEMOP_BRK:
        status(regs, break_set(process, regs[1]));
        break;
    case MEMOP_SBRK:
        /* A wild increment wraps to an address that break_set refuses. */
        if (regs[1] == 0 || break_set(process, old + regs[1])) {
            success_u32(regs, old);
        } else {
            status(regs, false);
        }
        break;
    case MEMOP_RAM_START:
        success_u32(regs, limits->ram_start);
        break;
    case MEMOP_RAM_END:
        success_u32(regs, process->block.start + process->block.size);
        break;
    case MEMOP_FLASH_START:
        success_u32(regs, limits->flash_start);
        break;
    case MEMOP_FLASH_END:
        success_u32(regs, limits->flash_end);
        break;
    case MEMOP_GRANT_START:
        success_u32(regs, process->kern_brk);
        break;
    case MEMOP_FLASH_REGIONS:
        success_u32(regs, process->flash_regions);
        break;
    case MEMOP_FLASH_REGION_START:
        flash_region(process, regs, false);
        break;
    case MEMOP_FLASH_REGION_END:
        flash_region(process, regs, true);
        break;
    case MEMOP_STACK_START: /* for debuggers: heard, and not kept */
    case MEMOP_HEAP_START:
        status(regs, true);
        break;
    default:
        regs[0] = RETURN_FAILURE;
        regs[1] = ERR_NOSUPPORT;
        break;
    }
}
