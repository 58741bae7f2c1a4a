/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Turns on one resource: what every queue-like virtualizer does between its typed edges.
 *
 * Each client has one slot and at most one operation in it. The order is lib/arbiter's. An
 * operation whose turn comes and whose start below then fails has been accepted already, so
 * it ends from the deferred call, as one that was cancelled while it waited does. The
 * engine moves descriptors without looking into them: client words and out-fields are the
 * adapter's, which has their types. It copies nothing: an adapter that keeps a buffer of
 * its own wipes it between clients.
 *
 * Everything is inlined into the adapter, so that `start` and `cancel` are direct calls. A
 * struct turns is made on the spot from the adapter's const object and costs nothing.
 *
 * Invariants: slot.op is NULL exactly when that client has nothing outstanding; a slot with
 * an op is waiting (its bit in arbiter.waiting), active (arbiter.last, while held) or ended
 * (its bit in `ended`), never two of them.
 */
#pragma once

#include "hil/port.h"
#include "kernel/deferred.h"
#include "lib/arbiter.h"
#include "lib/assert.h"

#include <stddef.h>

#define TURNS_CALL static inline __attribute__((always_inline))

/** Per client edge, zero-initialised by the generator. */
struct turn {
    void *op;           /* the client's descriptor, lent to us */
    const void *client; /* its client word, while the adapter's is in it */
    enum err err;       /* how an ended op will complete */
};

struct turns_state {
    struct arbiter arbiter;
    uint32_t ended; /* bit n: slot n completes from the deferred call */
};

struct turns {
    struct turns_state *state;
    struct turn *slots;
    const struct deferred *complete;
    const void *mux;
    /** Starts slot->op below with the adapter's client word in it; after an error op is as
     * its client lent it. */
    enum err (*start)(const void *mux, const struct turn *slot);
    /** Cancels below what was started there. */
    enum err (*cancel)(const void *mux, void *op, enum cancel *outcome);
};

TURNS_CALL void turns_end_later(const struct turns *turns, uint8_t client, enum err err)
{
    turns->slots[client].err = err;
    turns->state->ended |= UINT32_C(1) << client;
    deferred_set(turns->complete);
}

/** Whose operation is under way or, in its completion, was just now. */
TURNS_CALL uint8_t turns_holder(const struct turns *turns)
{
    return turns->state->arbiter.last;
}

/** Starts what the holder has in its slot. False: it was refused and will end. */
TURNS_CALL bool turns_start_holder(const struct turns *turns)
{
    uint8_t client = turns_holder(turns);
    enum err err = turns->start(turns->mux, &turns->slots[client]);

    if (err != OK) {
        turns_end_later(turns, client, err);
    }
    return err == OK;
}

/** Starts whoever is next: after a completion, when its callback has returned. */
TURNS_CALL void turns_next(const struct turns *turns)
{
    while (arbiter_pass(&turns->state->arbiter)) { /* each takes one out of waiting */
        if (turns_start_holder(turns)) {
            return;
        }
    }
}

/** Starts the holder's next before anybody else's, for operations that must not be parted.
 * False: it has none, or it was refused. The adapter bounds how often. */
TURNS_CALL bool turns_again(const struct turns *turns)
{
    return arbiter_drop(&turns->state->arbiter, turns_holder(turns)) &&
           turns_start_holder(turns);
}

/** Starts or queues op. BUSY: this client's last one is still to complete. INVAL: nobody
 * would be told. Other errors are the resource's own. After an error nothing was lent. */
TURNS_CALL enum err turns_start(const struct turns *turns, uint8_t client, void *op,
                                const void *client_word)
{
    struct turn *slot = &turns->slots[client];
    enum err err;

    if (client_word == NULL) {
        return ERR_INVAL;
    }
    if (slot->op != NULL) {
        return ERR_BUSY;
    }
    slot->op = op;
    slot->client = client_word;
    if (!arbiter_take(&turns->state->arbiter, client)) {
        return OK;
    }
    err = turns->start(turns->mux, slot);
    if (err != OK) {
        slot->op = NULL;
        (void)arbiter_pass(&turns->state->arbiter); /* it was idle, so nobody waits */
    }
    return err;
}

/** What waits is taken out of the queue and completes with CANCEL, what is under way is for
 * the resource to cancel. ALREADY: op is not this client's outstanding one. */
TURNS_CALL enum err turns_cancel(const struct turns *turns, uint8_t client, void *op,
                                 enum cancel *outcome)
{
    if (op == NULL || turns->slots[client].op != op) {
        return ERR_ALREADY;
    }
    if ((turns->state->ended >> client & 1u) != 0) {
        *outcome = TOO_LATE;
        return OK;
    }
    if (!arbiter_drop(&turns->state->arbiter, client)) {
        return turns->cancel(turns->mux, op, outcome);
    }
    turns_end_later(turns, client, ERR_CANCEL);
    *outcome = CANCELLED;
    return OK;
}

/** The resource is done with op: its slot is free, its client word is returned. The
 * resource stays held until turns_next, so a start made meanwhile waits its turn. */
TURNS_CALL const void *turns_done(const struct turns *turns, const void *op)
{
    struct turn *slot = &turns->slots[turns_holder(turns)];

    ASSERT(slot->op == op);
    slot->op = NULL;
    return slot->client;
}

/** Takes the next of the *due slots out: true, and its op and err. From the deferred call,
 * with *due = state->ended at its begin: what ends inside the callbacks sets it again. */
TURNS_CALL bool turns_take_ended(const struct turns *turns, uint32_t *due,
                                 struct turn *ended)
{
    if (*due == 0) {
        return false;
    }
    uint32_t client = (uint32_t)__builtin_ctz(*due);

    *due &= *due - 1;
    turns->state->ended &= ~(UINT32_C(1) << client);
    *ended = turns->slots[client];
    turns->slots[client].op = NULL;
    return true;
}

/** Walks the invariants; for tests. */
static inline bool turns_check(const struct turns *turns, uint8_t clients)
{
    const struct arbiter *arbiter = &turns->state->arbiter;
    uint32_t ended = turns->state->ended;
    uint32_t active = arbiter->held ? UINT32_C(1) << arbiter->last : 0;
    uint32_t outstanding = 0;

    for (uint8_t i = 0; i < clients; i++) {
        outstanding |= (uint32_t)(turns->slots[i].op != NULL) << i;
    }
    return arbiter_check(arbiter) && (arbiter->waiting & ended) == 0 &&
           ((arbiter->waiting | ended) & ~outstanding) == 0 &&
           (outstanding & ~(arbiter->waiting | ended | active)) == 0;
}
