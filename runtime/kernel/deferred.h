/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Deferred calls: work that must not happen inside the call that caused it.
 *
 * A component names its function under deferred: in its descriptor and gets a const
 * member of this type. Setting is idempotent; the kernel loop then makes the call once.
 * Set from syscalls, bottom halves and other deferred calls; never from a top half.
 */
#pragma once

#include <stdint.h>

struct deferred {
    uint8_t index; /* in board_deferred[] */
};

/** The function will be called once from the kernel loop, after the caller returned. */
void deferred_set(const struct deferred *deferred);
