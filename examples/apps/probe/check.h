/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Counts and prints what was checked. */
#pragma once

#include "call.h"

#include <stdbool.h>
#include <stdint.h>

/** One check called `name`. */
void check_true(const char *name, bool holds);

/** One check that two words are equal; both are printed if they are not. */
void check_equal(const char *name, uint32_t actual, uint32_t expected);

/**
 * One check of all registers after a call: the first `changed` of r0-r3 as in
 * `expected`, everything else as it was before.
 */
void check_registers(const char *name, const struct call_registers *before,
                     const struct call_registers *after, uint32_t changed,
                     const uint32_t *expected);

/** Prints the last line; how many checks failed. */
uint32_t check_report(void);
