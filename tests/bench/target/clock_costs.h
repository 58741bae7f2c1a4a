/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A clock below a virtualizer of alarms, as cheap as one can be; time is set by hand. */
#pragma once

#include "costs.h"
#include "hil/time.h"

enum {
    SPACING = 100,
#ifdef AHEAD
    AGAIN = SPACING / 2 /* before all others */
#else
    AGAIN = SPACING * (CLIENTS + 1) /* behind all others */
#endif
};

time_counter_now_fn costs_counter_now;
time_alarm_set_fn costs_alarm_set;
time_alarm_disarm_fn costs_alarm_disarm;

static uint32_t now;
static struct time_deadline *below;

uint32_t costs_counter_now(const struct time_counter *port)
{
    (void)port;
    return now;
}

void costs_alarm_set(const struct time_alarm *port, struct time_deadline *deadline)
{
    (void)port;
    below = deadline;
}

void costs_alarm_disarm(const struct time_alarm *port)
{
    (void)port;
}
