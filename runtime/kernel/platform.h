/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What the generated board.c defines for the kernel, all const and in flash. Link-time
 * optimisation folds these into the code that reads them.
 */
#pragma once

#include "kernel/cap.h"
#include "kernel/driver.h"
#include "kernel/kernel.h"

#include <stddef.h>

extern const struct kernel board_kernel;

/** The drivers, each where the hash of its number says. A hole has a number that hashes
 * to another slot; board_driver_slots is 0 when there is no driver at all. */
extern const struct syscall_driver board_drivers[];
extern const uint32_t board_driver_multiplier;
extern const uint8_t board_driver_shift;
extern const uint8_t board_driver_slots;

/** The driver of that number, or NULL: a perfect hash, no search. */
static inline __attribute__((always_inline)) const struct syscall_driver *
board_driver(uint32_t number)
{
    const struct syscall_driver *driver =
        &board_drivers[number * board_driver_multiplier >> board_driver_shift];

    __asm__("" : "+r"(driver)); /* computed once: GCC would do it again at each use */
    return board_driver_slots != 0 && driver->number == number ? driver : NULL;
}

/** The applications of the board, by number, where it has settings for any of them; else
 * board_app_count is 0. */
extern const struct application board_apps[];
extern const uint8_t board_app_count;

/** All drivers that have a grant, by syscall_driver.grant; board_grant_count of them. */
extern const struct syscall_driver *const board_grants[];
extern const uint8_t board_grant_count;

/** Bottom halves by interrupt line; NULL where nobody listens. */
extern void (*const board_interrupts[])(void);
extern const uint8_t board_interrupt_words; /* of 32 lines */

/** Deferred calls by struct deferred.index. */
extern void (*const board_deferred[])(void);
extern uint32_t board_deferred_pending[];
extern const uint8_t board_deferred_words; /* of 32 calls */

/** Runs every init in order; names the instance that failed in the report. */
enum err board_init(void);

/** Finds the applications in flash and makes them processes; what it refuses is reported
 * with its address. */
void load_processes(const struct cap_process_management *cap);

/** Enters the loop; never returns. */
_Noreturn void kernel_loop(const struct cap_main_loop *cap);

/** Stops the boot because instance's init failed; where: file:line of the board file. */
_Noreturn void kernel_init_failed(const char *instance, const char *where,
                                  enum err err);
