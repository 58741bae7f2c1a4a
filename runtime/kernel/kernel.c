/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The two ways out of main. */
#include "kernel/kernel.h"

#include "kernel/internal/report.h"
#include "kernel/platform.h"

_Noreturn void kernel_loop(const struct cap_main_loop *cap)
{
    (void)cap;
    if (board_kernel.watchdog.owner != NULL &&
        policy_watchdog_barked(&board_kernel.watchdog)) {
        report_line("reset by the watchdog: the kernel was stuck");
    }
    arch_loop_enter();
}

_Noreturn void kernel_init_failed(const char *instance, const char *where, enum err err)
{
    report_line("boot stopped: init of %s (%s) failed with error %u", instance, where,
                (unsigned)err);
    arch_halt();
}
