/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A virtualizer of one operation. The compiler's command line names it: MUX, its HEADER and
 * PORT, OPERATION, DESCRIPTOR and completion DONE, the port BELOW it, and the
 * field SIZE of a descriptor if it has one.
 */
#include "costs.h"

#define JOIN_EXPANDED(a, b) a##_##b
#define JOIN(a, b) JOIN_EXPANDED(a, b)
#define START JOIN(MUX, OPERATION)
#define CLIENT JOIN(PORT, client)
#include HEADER

static struct JOIN(MUX, state) state;
static struct turn slots[CLIENTS];
static const struct MUX mux = {
    .state = &state,
    .JOIN(BELOW, client) = {.DONE = JOIN(MUX, DONE)},
    .slots = slots,
    .slot_count = CLIENTS,
};
static struct DESCRIPTOR ops[CLIENTS];
static struct DESCRIPTOR *below;

enum err JOIN(costs, OPERATION)(const struct PORT *port, struct DESCRIPTOR *op)
{
    (void)port;
    below = op;
    return OK;
}

enum err JOIN(JOIN(costs, OPERATION), cancel)(const struct PORT *port,
                                              struct DESCRIPTOR *op,
                                              enum cancel *outcome)
{
    (void)port;
    (void)op;
    (void)outcome;
    return ERR_ALREADY;
}

static void ask(struct DESCRIPTOR *op)
{
    const struct PORT port = {.owner = &mux, .index = (uint8_t)(op - ops)};

    if (START(&port, op) != OK) {
        __builtin_trap();
    }
}

static void done(const struct CLIENT *client, struct DESCRIPTOR *op, enum err err)
{
    (void)client;
    (void)err;
    ask(op);
}

static const struct CLIENT client = {.DONE = done};

void prepare(void)
{
    for (uint8_t i = 0; i < CLIENTS; i++) {
        ops[i].client = &client;
#ifdef SIZE
        ops[i].SIZE = 1;
#endif
        ask(&ops[i]);
    }
}

void round_trip(void)
{
    below->client->DONE(below->client, below, OK);
}
