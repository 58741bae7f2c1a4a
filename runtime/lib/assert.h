/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * ASSERT: our own bugs, never a caller's or a process's mistake.
 *
 * Stays in release builds as a trap. The line is an input of the empty asm statement so
 * that the compiler cannot merge two traps: the trap's address names the assertion.
 */
#pragma once

#define ASSERT(condition)                                                              \
    do {                                                                               \
        if (!(condition)) {                                                            \
            __asm__ volatile("" : : "i"(__LINE__));                                    \
            __builtin_trap();                                                          \
        }                                                                              \
    } while (0)
