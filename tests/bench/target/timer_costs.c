/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mux_timer: the first of CLIENTS repeating timers is due; it goes on by itself. */
#include "clock_costs.h"
#include "virtualizers/mux_timer.h"

static struct mux_timer_state state;
static struct mux_timer_slot slots[CLIENTS];
static const struct mux_timer mux = {
    .state = &state,
    .alarm_alarm_client = {.alarm_fired = mux_timer_fired},
    .slots = slots,
    .slot_count = CLIENTS,
};
static struct time_interval intervals[CLIENTS];

static void fired(const struct time_timer_client *client,
                  struct time_interval *interval)
{
    (void)client;
    (void)interval;
}

static const struct time_timer_client client = {.timer_fired = fired};

void prepare(void)
{
    for (uint8_t i = 0; i < CLIENTS; i++) {
        const struct time_timer port = {.owner = &mux, .index = i};

        intervals[i].client = &client;
        intervals[i].first = (i + 1u) * SPACING;
        intervals[i].period = AGAIN;
        mux_timer_timer_start(&port, &intervals[i]);
    }
    now = SPACING;
}

void round_trip(void)
{
    time_alarm_fired(below);
}
