/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Registers and entry points that only the files of this room share. */
#pragma once

#include "arch_types.h"

#define ARCH_MPU_CTRL ARCH_REGISTER(0xE000ED94)
#define ARCH_MPU_CTRL_ENABLE 1u
#define ARCH_MPU_CTRL_PRIVDEFENA 4u
#define ARCH_MPU_RBAR ARCH_REGISTER(0xE000ED9C)
#define ARCH_MPU_RASR ARCH_REGISTER(0xE000EDA0)

/* From the linker script. */
extern uint32_t arch_stack_bottom[]; /* the guard is here */

/** Puts all regions of a process into the MPU: RBAR, RASR and their aliases are adjacent,
 * so this is two bursts in arch_entry.S instead of a loop. */
void arch_regions_write(const struct arch_region *regions);

/** Guard region, default map for the kernel, on. */
void arch_mpu_init(void);

/** Priorities, fault handlers, FPU off, MPU on; from reset. */
void arch_machine_init(void);
