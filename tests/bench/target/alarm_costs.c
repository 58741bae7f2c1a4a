/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mux_alarm: the first of CLIENTS alarms is due, and its client sets it again. */
#include "clock_costs.h"
#include "virtualizers/mux_alarm.h"

static struct mux_alarm_state state;
static struct mux_alarm_slot slots[CLIENTS];
static const struct mux_alarm mux = {
    .state = &state,
    .alarm_alarm_client = {.alarm_fired = mux_alarm_fired},
    .slots = slots,
    .slot_count = CLIENTS,
};
static struct time_deadline deadlines[CLIENTS];

static void set(struct time_deadline *deadline, uint32_t dt)
{
    const struct time_alarm port = {.owner = &mux,
                                    .index = (uint8_t)(deadline - deadlines)};

    deadline->reference = now;
    deadline->dt = dt;
    mux_alarm_alarm_set(&port, deadline);
}

static void fired(const struct time_alarm_client *client,
                  struct time_deadline *deadline)
{
    (void)client;
    set(deadline, AGAIN);
}

static const struct time_alarm_client client = {.alarm_fired = fired};

void prepare(void)
{
    for (uint32_t i = 0; i < CLIENTS; i++) {
        deadlines[i].client = &client;
        set(&deadlines[i], (i + 1) * SPACING);
    }
    now = SPACING;
}

void round_trip(void)
{
    time_alarm_fired(below);
}
