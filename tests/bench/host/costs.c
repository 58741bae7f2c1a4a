/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One operation of a virtualizer with N clients, for an instruction counter to look at.
 *
 * Usage: costs OPERATION CLIENTS. What is counted is the function `measured`: it makes one
 * call. Prints how often the counter was read and how many clients were called in it; the
 * result of the operation itself is asserted here. The clock below is as cheap as one can
 * be, so that the virtualizer is what costs.
 */
#include "lib/arbiter.h"
#include "virtualizers/mux_alarm.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLIENTS_MAX = 254, SPACING_TICKS = 100 };

void measured(void);
time_counter_now_fn costs_counter_now;
time_alarm_set_fn costs_alarm_set;
time_alarm_disarm_fn costs_alarm_disarm;

static void (*operation)(void);

/* One call and nothing else: what is counted besides is calling it and returning. */
__attribute__((noinline)) void measured(void)
{
    operation();
}

/* -- the clock below the mux --------------------------------------------------------- */

static uint32_t now;
static uint32_t reads;
static struct time_deadline *hardware;

uint32_t costs_counter_now(const struct time_counter *port)
{
    (void)port;
    reads++;
    return now;
}

void costs_alarm_set(const struct time_alarm *port, struct time_deadline *deadline)
{
    (void)port;
    hardware = deadline;
}

void costs_alarm_disarm(const struct time_alarm *port)
{
    (void)port;
    hardware = NULL;
}

/* -- mux_alarm -------------------------------------------------------------------------- */

static uint32_t fired;

static void client_fired(const struct time_alarm_client *client,
                         struct time_deadline *deadline)
{
    (void)client;
    (void)deadline;
    fired++;
}

static const struct time_alarm_client client = {.alarm_fired = client_fired};
static struct mux_alarm_state state;
static struct mux_alarm_slot slots[CLIENTS_MAX];
static struct time_deadline deadlines[CLIENTS_MAX];
static struct mux_alarm mux = {
    .state = &state,
    .alarm_alarm_client = {.alarm_fired = mux_alarm_fired},
    .slots = slots,
};
static struct time_alarm last_port = {.owner = &mux};

/* Arms client `index` for its own deadline: the higher the index, the later. */
static void arm(uint8_t index)
{
    struct time_alarm port = {.owner = &mux, .index = index};

    deadlines[index] = (struct time_deadline){
        .client = &client, .reference = now, .dt = (index + 1u) * SPACING_TICKS};
    mux_alarm_alarm_set(&port, &deadlines[index]);
}

static void fire(void)
{
    mux_alarm_fired(&mux.alarm_alarm_client, hardware);
}

static void set(void)
{
    mux_alarm_alarm_set(&last_port, &deadlines[last_port.index]);
}

/* One of `clients` armed ones is due. */
static void fire_one(uint8_t clients)
{
    for (uint8_t i = clients; i-- > 0;) {
        arm(i);
    }
    now += SPACING_TICKS;
    operation = fire;
    reads = fired = 0;
    measured();
    assert(fired == 1 && (hardware != NULL) && mux_alarm_check(&mux));
}

/* The last of `clients` is armed, the others are: behind them all, or before them all. */
static void set_one(uint8_t clients, bool first)
{
    uint8_t last = (uint8_t)(clients - 1u);

    for (uint8_t i = 0; i < last; i++) {
        arm(i);
    }
    last_port.index = last;
    deadlines[last] = (struct time_deadline){
        .client = &client, .reference = now, .dt = first ? 1 : clients * SPACING_TICKS};
    operation = set;
    reads = fired = 0;
    measured();
    assert(fired == 0 && slots[last].deadline == &deadlines[last]);
    assert(mux_alarm_check(&mux));
    assert((hardware->dt == 1) == first);
}

/* -- arbiter ---------------------------------------------------------------------------- */

static struct arbiter arbiter;

static void pass(void)
{
    (void)arbiter_pass(&arbiter);
}

/* The last of `clients` holds the resource, all of them wait: the first is chosen. */
static void select_one(uint8_t clients)
{
    uint8_t last = (uint8_t)(clients - 1u);

    assert(arbiter_take(&arbiter, last));
    for (uint8_t i = 0; i < clients; i++) {
        assert(!arbiter_take(&arbiter, i));
    }
    operation = pass;
    measured();
    assert(arbiter.held && arbiter.last == 0 && arbiter_check(&arbiter));
}

int main(int count, char **arguments)
{
    int clients = count == 3 ? atoi(arguments[2]) : 0;
    const char *name = count == 3 ? arguments[1] : "";

    if (clients < 1 || clients > CLIENTS_MAX) {
        return 2;
    }
    mux.slot_count = (uint8_t)clients;
    if (strcmp(name, "alarm_fire") == 0) {
        fire_one((uint8_t)clients);
    } else if (strcmp(name, "alarm_set_last") == 0) {
        set_one((uint8_t)clients, false);
    } else if (strcmp(name, "alarm_set_first") == 0) {
        set_one((uint8_t)clients, true);
    } else if (strcmp(name, "arbiter_select") == 0 && clients <= (int)ARBITER_CLIENTS) {
        select_one((uint8_t)clients);
    } else {
        return 2;
    }
    printf("reads %u fired %u\n", (unsigned)reads, (unsigned)fired);
    return 0;
}
