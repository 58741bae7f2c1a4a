/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Register accesses of a driver, one by one.
 *
 * The driver is compiled for the thread sanitizer with volatile accesses told apart: the
 * compiler then calls a function in front of each. These functions are ours, so a test
 * sees every access in order, may set what a read will give, and may let the hardware go
 * on between any two. Such a library has no address sanitizer.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** Called before each volatile access of 32 bits. */
extern void (*registers_access)(uint32_t *address, bool write);
