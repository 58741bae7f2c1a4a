/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memop: a process asks for its limits and moves its break. */
#pragma once

#include "kernel/internal/process.h"

/** Serves operation with one argument; results into regs. */
void memop_serve(struct process *process, uint32_t regs[4]);
