/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Vector table of board mps2_an386 (Armv7-M Architecture Reference Manual, B1.5.2);
 * generated, do not edit.
 */
#include "board.h"

#include "arch_entry.h"

struct board_vectors {
    uint32_t *stack_top;
    void (*reset)(void);
    void (*nmi)(void);
    void (*hard_fault)(void);
    void (*mem_manage)(void);
    void (*bus_fault)(void);
    void (*usage_fault)(void);
    uint32_t reserved_7[4];
    void (*svc)(void);
    void (*debug_monitor)(void);
    uint32_t reserved_13;
    void (*pendsv)(void);
    void (*systick)(void);
    void (*lines[32])(void);
};

static const struct board_vectors board_vectors
    __attribute__((section(".vectors"), used));

static const struct board_vectors board_vectors = {
    .stack_top = arch_stack_top,
    .reset = arch_reset,
    .nmi = arch_nmi,
    .hard_fault = arch_hard_fault,
    .mem_manage = arch_fault_entry,
    .bus_fault = arch_fault_entry,
    .usage_fault = arch_fault_entry,
    .svc = arch_svc,
    .debug_monitor = arch_unexpected,
    .pendsv = arch_pendsv,
    .systick = board_systick_tick_interrupt,
    .lines[0] = arch_interrupt,
    .lines[1] = arch_interrupt,
    .lines[2] = arch_unexpected,
    .lines[3] = arch_unexpected,
    .lines[4] = arch_unexpected,
    .lines[5] = arch_unexpected,
    .lines[6] = arch_unexpected,
    .lines[7] = arch_unexpected,
    .lines[8] = arch_interrupt,
    .lines[9] = arch_unexpected,
    .lines[10] = arch_unexpected,
    .lines[11] = arch_unexpected,
    .lines[12] = arch_unexpected,
    .lines[13] = arch_unexpected,
    .lines[14] = arch_unexpected,
    .lines[15] = arch_unexpected,
    .lines[16] = arch_unexpected,
    .lines[17] = arch_unexpected,
    .lines[18] = arch_unexpected,
    .lines[19] = arch_unexpected,
    .lines[20] = arch_unexpected,
    .lines[21] = arch_unexpected,
    .lines[22] = arch_unexpected,
    .lines[23] = arch_unexpected,
    .lines[24] = arch_unexpected,
    .lines[25] = arch_unexpected,
    .lines[26] = arch_unexpected,
    .lines[27] = arch_unexpected,
    .lines[28] = arch_unexpected,
    .lines[29] = arch_unexpected,
    .lines[30] = arch_unexpected,
    .lines[31] = arch_unexpected,
};
