/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A system call with a label: bench_<name> is its svc, which the bench finds in the trace.
 * MEASURED_INTO also gives r1 as the kernel left it.
 */
#pragma once

#include "tock.h"

#define MEASURED_INTO(result, name, class, a, b, c, d)                                 \
    do {                                                                               \
        register uint32_t r0 __asm__("r0") = (uint32_t)(uintptr_t)(a);                 \
        register uint32_t r1 __asm__("r1") = (uint32_t)(uintptr_t)(b);                 \
        register uint32_t r2 __asm__("r2") = (uint32_t)(uintptr_t)(c);                 \
        register uint32_t r3 __asm__("r3") = (uint32_t)(uintptr_t)(d);                 \
        __asm__ volatile("bench_" #name ": svc " #class                                \
                         : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3)                      \
                         :                                                             \
                         : "memory", "cc", "r12", "lr");                               \
        (result) = r1;                                                                 \
    } while (0)

#define MEASURED(name, class, a, b, c, d)                                              \
    do {                                                                               \
        uint32_t unused;                                                               \
        MEASURED_INTO(unused, name, class, a, b, c, d);                                \
        (void)unused;                                                                  \
    } while (0)
