/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A bare program around one virtualizer with CLIENTS clients, for an instruction counter:
 * reset calls prepare, then measured. What is counted ends where finished begins.
 */
#pragma once

#include "kernel/deferred.h"

#include <stddef.h>
#include <stdint.h>

void prepare(void);    /* every client asks once */
void round_trip(void); /* what the hardware says */

void reset(void);
void measured(void);
void finished(void);
void *memset(void *to, int value, size_t len);
void *memcpy(void *to, const void *from, size_t len);

__attribute__((noinline)) void finished(void)
{
    for (;;) {
    }
}

__attribute__((noinline)) void measured(void)
{
    round_trip();
    finished();
}

void reset(void)
{
    prepare();
    measured();
}

extern const struct vectors {
    void *stack;
    void (*reset)(void);
} vectors;

/* mux_costs.py tells the linker where this lies and that it is needed. */
__attribute__((section(".vectors"))) const struct vectors vectors = {
    (void *)0x20010000,
    reset,
};

/* Nothing is cancelled or refused here. */
void deferred_set(const struct deferred *deferred)
{
    (void)deferred;
    __builtin_trap();
}

__attribute__((optimize("no-tree-loop-distribute-patterns"))) void *memset(void *to,
                                                                           int value,
                                                                           size_t len)
{
    for (size_t i = 0; i < len; i++) {
        ((uint8_t *)to)[i] = (uint8_t)value;
    }
    return to;
}

__attribute__((optimize("no-tree-loop-distribute-patterns"))) void *
memcpy(void *to, const void *from, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        ((uint8_t *)to)[i] = ((const uint8_t *)from)[i];
    }
    return to;
}
