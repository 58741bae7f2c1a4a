/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The pattern that registers are filled with before a call. */
#include "call.h"

volatile uint32_t call_it_result;

struct call_registers call_prepare(uint32_t r0, uint32_t r1, uint32_t r2, uint32_t r3)
{
    struct call_registers registers = {{r0, r1, r2, r3}, 0xc0de000e};

    for (uint32_t i = 4; i < 13; i++) {
        registers.r[i] = 0xc0de0000u + i;
    }
    __asm__("mov %0, r9" : "=r"(registers.r[9]));
    return registers;
}
