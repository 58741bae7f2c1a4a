/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Asserts the system call interface (TRD104), one line for each check.
 *
 * It needs the console and alarm drivers and must be alone in using the console's
 * allow and subscribe numbers 0, which no real console uses.
 */
#include "check.h"
#include "groups.h"

int main(void)
{
    results_run();
    subscribes_run();
    allows_run();
    breaks_run();
    yields_run();
    return (int)check_report();
}
