/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The groups of checks, and what they share about the board they run on. */
#pragma once

enum {
    ALARM = 0x0,
    CONSOLE = 0x1,
    MISSING_DRIVER = 0xbad00,
    /* In the kernel's RAM on every board these run on, never an application's. */
    KERNEL_RAM = 0x20000000,
};

void results_run(void);
void subscribes_run(void);
void allows_run(void);
void breaks_run(void);
void yields_run(void);
