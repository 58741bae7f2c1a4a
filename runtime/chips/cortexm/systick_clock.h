/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * SysTick of ARMv7-M (Architecture Reference Manual B3.3) as a free-running counter, for
 * chips that have no other one that can be read.
 *
 * 24 bits count in hardware, the rest in the handler of the wrap. The kernel reads it below
 * the handler's priority, so a wrap is counted before the next instruction; never read it
 * with interrupts masked.
 */
#pragma once

#include "hil/time.h"

struct systick_clock_registers {
    uint32_t csr;
    uint32_t rvr; /* 24 bits */
    uint32_t cvr; /* counts down */
    uint32_t calib;
};

struct systick_clock_state {
    volatile uint32_t wrapped; /* ticks of the wraps so far */
};

struct systick_clock {
    struct systick_clock_state *state;
    volatile struct systick_clock_registers *registers;
};

extern const struct time_counter_ops systick_clock_counter_ops;

time_counter_now_fn systick_clock_counter_now;

enum err systick_clock_init(const struct systick_clock *self);
void systick_clock_interrupt(const struct systick_clock *self);
