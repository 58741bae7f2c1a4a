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
#include "virtualizers/mux_spi.h"
#include "virtualizers/mux_uart.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLIENTS_MAX = 254, SPACING_TICKS = 100 };

void measured(void);
time_counter_now_fn costs_counter_now;
time_alarm_set_fn costs_alarm_set;
time_alarm_disarm_fn costs_alarm_disarm;
uart_transmit_fn costs_transmit;
uart_transmit_cancel_fn costs_transmit_cancel;
spi_transfer_fn costs_transfer;
spi_transfer_cancel_fn costs_transfer_cancel;

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

/* -- muxes of one operation at a time ---------------------------------------------------- */

void deferred_set(const struct deferred *deferred)
{
    (void)deferred;
    assert(false); /* nothing is refused or cancelled here */
}

static struct uart_transmission *sending;
static struct spi_transfer *transferring;

enum err costs_transmit(const struct uart_transmit *port, struct uart_transmission *op)
{
    (void)port;
    sending = op;
    return OK;
}

enum err costs_transfer(const struct spi_controller *port, struct spi_transfer *op)
{
    (void)port;
    transferring = op;
    return OK;
}

enum err costs_transmit_cancel(const struct uart_transmit *port,
                               struct uart_transmission *op, enum cancel *outcome)
{
    (void)port;
    (void)op;
    (void)outcome;
    return ERR_ALREADY;
}

enum err costs_transfer_cancel(const struct spi_controller *port,
                               struct spi_transfer *op, enum cancel *outcome)
{
    (void)port;
    (void)op;
    (void)outcome;
    return ERR_ALREADY;
}

static struct turn turns[ARBITER_CLIENTS];
static struct mux_uart_state uart_state;
static const struct mux_uart uart_mux = {
    .state = &uart_state,
    .uart_client = {.transmitted = mux_uart_transmitted},
    .slots = turns,
    .slot_count = ARBITER_CLIENTS,
};
static struct mux_spi_state spi_state;
static const struct mux_spi spi_mux = {
    .state = &spi_state,
    .spi_client = {.transferred = mux_spi_transferred},
    .slots = turns,
    .slot_count = ARBITER_CLIENTS,
};
static struct uart_transmission texts[ARBITER_CLIENTS];
static struct spi_transfer transfers[ARBITER_CLIENTS];

/* Its client asks again at once. */
static void transmitted(const struct uart_transmit_client *told,
                        struct uart_transmission *op, enum err err)
{
    struct uart_transmit port = {.owner = &uart_mux, .index = (uint8_t)(op - texts)};

    (void)told;
    assert(err == OK && mux_uart_transmit(&port, op) == OK);
    fired++;
}

static void transferred(const struct spi_controller_client *told,
                        struct spi_transfer *op, enum err err)
{
    struct spi_controller port = {.owner = &spi_mux,
                                  .index = (uint8_t)(op - transfers)};

    (void)told;
    assert(err == OK && mux_spi_transfer(&port, op) == OK);
    fired++;
}

static const struct uart_transmit_client uart_client = {.transmitted = transmitted};
static const struct spi_controller_client spi_client = {.transferred = transferred};

static void finish_uart(void)
{
    mux_uart_transmitted(sending->client, sending, OK);
}

static void finish_spi(void)
{
    mux_spi_transferred(transferring->client, transferring, OK);
}

/* All of `clients` have asked; the first is done, asks again, and the next one begins. */
static void turn_uart(uint8_t clients)
{
    for (uint8_t i = 0; i < clients; i++) {
        struct uart_transmit port = {.owner = &uart_mux, .index = i};

        texts[i] = (struct uart_transmission){.client = &uart_client, .len = 1};
        assert(mux_uart_transmit(&port, &texts[i]) == OK);
    }
    operation = finish_uart;
    measured();
    assert(fired == 1 && sending == &texts[1 % clients] && mux_uart_check(&uart_mux));
}

static void turn_spi(uint8_t clients)
{
    for (uint8_t i = 0; i < clients; i++) {
        struct spi_controller port = {.owner = &spi_mux, .index = i};

        transfers[i] = (struct spi_transfer){.client = &spi_client, .len = 1};
        assert(mux_spi_transfer(&port, &transfers[i]) == OK);
    }
    operation = finish_spi;
    measured();
    assert(fired == 1 && transferring == &transfers[1 % clients]);
    assert(mux_spi_check(&spi_mux));
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
    } else if (clients > (int)ARBITER_CLIENTS) {
        return 2;
    } else if (strcmp(name, "arbiter_select") == 0) {
        select_one((uint8_t)clients);
    } else if (strcmp(name, "uart_turn") == 0) {
        turn_uart((uint8_t)clients);
    } else if (strcmp(name, "spi_turn") == 0) {
        turn_spi((uint8_t)clients);
    } else {
        return 2;
    }
    printf("reads %u fired %u\n", (unsigned)reads, (unsigned)fired);
    return 0;
}
