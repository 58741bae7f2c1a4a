/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* System calls with every register under control, to see what the kernel changes. */
#pragma once

#include <stdint.h>

/** r0-r12 and lr: loaded before the call, stored after it. */
struct call_registers {
    uint32_t r[13];
    uint32_t lr;
};

/* The offset of r9 is the GOT's: an upcall that runs within the call needs it. */
void call_yield(struct call_registers *registers);
void call_subscribe(struct call_registers *registers);
void call_command(struct call_registers *registers);
void call_allow_rw(struct call_registers *registers);
void call_allow_ro(struct call_registers *registers);
void call_memop(struct call_registers *registers);
void call_exit(struct call_registers *registers);
void call_allow_readable(struct call_registers *registers);

/**
 * Yield-wait in the middle of a conditional block with the stack pointer at 4 modulo
 * 8; how much the stack pointer differs afterwards.
 */
uint32_t call_yield_odd(void);

/** An upcall whose first two instructions are told apart by a left-over IT state. */
void call_it_upcall(uint32_t a, uint32_t b, uint32_t c, uint32_t data);

/** Where call_it_upcall leaves 3 if both its first instructions were executed. */
extern volatile uint32_t call_it_result;

/** The registers for a call with these arguments and a pattern everywhere else. */
struct call_registers call_prepare(uint32_t r0, uint32_t r1, uint32_t r2, uint32_t r3);
