/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One-line reports on the polled writer; nothing when the board has no report port. */
#pragma once

#include "kernel/internal/process.h"

/** printf's %s, %u, %x (eight digits), and %p for the name of a process. */
void report_line(const char *format, ...);

/** What a process did, where, and its registers. */
void report_fault(const struct process *process, const struct arch_fault *fault);
