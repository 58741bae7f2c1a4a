/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Exception entries, for the generated vector table only. */
#pragma once

#include <stdint.h>

extern uint32_t arch_stack_top[]; /* from the linker script */

void arch_reset(void);
void arch_nmi(void);
void arch_hard_fault(void);
void arch_fault_entry(void);
void arch_svc(void);
void arch_pendsv(void);
void arch_interrupt(void);
void arch_unexpected(void);
