/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Restarts itself again and again; its data must be as new each time. */
#include "alarm.h"
#include "line.h"
#include "tock.h"

static volatile uint32_t initialised = 1;
static volatile uint32_t zeroed;

int main(void)
{
    struct line line = {.len = 0};

    line_add(&line, "restarter: initialised ");
    line_add_u32(&line, initialised);
    line_add(&line, ", zeroed ");
    line_add_u32(&line, zeroed);
    line_print(&line);
    initialised = 7;
    zeroed = 7;
    alarm_sleep_ms(100);
    tock_restart(0);
}
