/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A list of deadlines on one alarm, the earliest programmed: what every virtualizer of time
 * does between its typed edges.
 *
 * Each entry keeps its distance to the one before it, the first its distance to
 * state->origin, the time of the last event or arming: so an event touches none but those
 * due and the next, and comparing cannot wrap. Arming is linear in the armed entries. The
 * hardware is never armed for more than half the counter's range: a distance stays
 * unambiguous while an event is late, and a longer deadline is reached in two legs. An
 * event reads the counter once, disarms and gives out whoever is due by then, in order of
 * deadlines; what is armed meanwhile waits for the next event, even if it is due, so an
 * event is bounded.
 *
 * Everything is inlined into the adapter, which knows which of its entries are in the list.
 * A struct deadlines is made on the spot from the adapter's const object.
 *
 * Invariant: the list is in order of deadlines, equals in order of arming; outside an event
 * the hardware is armed exactly when the list is not empty, and for its first.
 */
#pragma once

#include "hil/time.h"

#include <stddef.h>

#define DEADLINES_CALL static inline __attribute__((always_inline))
#define DEADLINES_LEG_TICKS 0x80000000u

/** In an adapter's slot. */
struct deadlines_entry {
    struct deadlines_entry *next; /* NULL: the last */
    uint32_t ahead; /* ticks after the one before it in the list, or the origin */
};

struct deadlines_state {
    struct time_deadline hardware; /* ours, lent to the provider while armed */
    struct deadlines_entry *first; /* NULL: nothing armed */
    uint32_t origin;               /* ticks */
    uint8_t to_call; /* heads of the list that this event still gives out */
    bool firing;     /* in the event: the hardware is set at its end */
};

struct deadlines {
    struct deadlines_state *state;
    const struct time_alarm *alarm;
    const struct time_alarm_client *client; /* the adapter's */
};

/** Moves the origin to now. What is due by then is 0 ticks ahead, in the same order;
 * returns how many those are. */
DEADLINES_CALL uint8_t deadlines_advance(struct deadlines_state *state, uint32_t now)
{
    struct deadlines_entry *entry = state->first;
    uint32_t elapsed = now - state->origin;
    uint8_t due_count = 0;

    state->origin = now;
    for (; entry != NULL && entry->ahead <= elapsed; entry = entry->next) {
        elapsed -= entry->ahead;
        entry->ahead = 0;
        due_count++;
    }
    if (entry != NULL) {
        entry->ahead -= elapsed;
    }
    return due_count;
}

/** Puts entry left ticks behind the origin and behind its equals: who armed first is called
 * first. */
static inline void deadlines_insert(struct deadlines_state *state,
                                    struct deadlines_entry *entry, uint32_t left)
{
    struct deadlines_entry **link = &state->first;

    while (*link != NULL && (*link)->ahead <= left) {
        left -= (*link)->ahead;
        link = &(*link)->next;
    }
    entry->ahead = left;
    entry->next = *link;
    if (entry->next != NULL) {
        entry->next->ahead -= left;
    }
    *link = entry;
}

/** The entry is in the list. */
static inline void deadlines_remove(struct deadlines_state *state,
                                    const struct deadlines_entry *entry)
{
    struct deadlines_entry **link = &state->first;
    uint8_t place = 0;

    while (*link != entry) {
        link = &(*link)->next;
        place++;
    }
    *link = entry->next;
    if (entry->next != NULL) {
        entry->next->ahead += entry->ahead;
    }
    if (place < state->to_call) {
        state->to_call--;
    }
}

/* The hardware is disarmed: its deadline is ours to change. */
static inline void deadlines_program(const struct deadlines *deadlines)
{
    struct deadlines_state *state = deadlines->state;
    uint32_t ahead = state->first->ahead;

    state->hardware.client = deadlines->client;
    state->hardware.reference = state->origin;
    state->hardware.dt = ahead < DEADLINES_LEG_TICKS ? ahead : DEADLINES_LEG_TICKS;
    time_alarm_set(deadlines->alarm, &state->hardware);
}

static inline void deadlines_reprogram(const struct deadlines *deadlines)
{
    time_alarm_disarm(deadlines->alarm);
    if (deadlines->state->first != NULL) {
        deadlines_program(deadlines);
    }
}

/** Arms entry for left ticks from now on; armed says whether it is in the list. */
DEADLINES_CALL void deadlines_arm(const struct deadlines *deadlines,
                                  struct deadlines_entry *entry, bool armed,
                                  uint32_t now, uint32_t left)
{
    struct deadlines_state *state = deadlines->state;
    const struct deadlines_entry *head = state->first;

    if (armed) {
        deadlines_remove(state, entry);
    }
    (void)deadlines_advance(state, now);
    deadlines_insert(state, entry, left);
    if (!state->firing && (head != state->first || head == entry)) {
        deadlines_reprogram(deadlines);
    }
}

/** Takes entry, which is in the list, out of it. */
DEADLINES_CALL void deadlines_disarm(const struct deadlines *deadlines,
                                     const struct deadlines_entry *entry)
{
    struct deadlines_state *state = deadlines->state;
    const struct deadlines_entry *head = state->first;

    deadlines_remove(state, entry);
    if (!state->firing && head != state->first) {
        deadlines_reprogram(deadlines);
    }
}

/** Ticks from now until entry, which is in the list, is due; 0 if it is. */
static inline uint32_t deadlines_remaining(const struct deadlines_state *state,
                                           const struct deadlines_entry *entry,
                                           uint32_t now)
{
    const struct deadlines_entry *at = state->first;
    uint32_t ahead = at->ahead;
    uint32_t passed = now - state->origin; /* less than a lap, unlike since its begin */

    while (at != entry) {
        at = at->next;
        ahead += at->ahead;
    }
    return passed < ahead ? ahead - passed : 0;
}

/** An event begins: now is its one reading of the counter. */
DEADLINES_CALL void deadlines_begin(const struct deadlines *deadlines, uint32_t now)
{
    deadlines->state->firing = true;
    deadlines->state->to_call = deadlines_advance(deadlines->state, now);
}

/** The next that was due when the event began, out of the list; NULL: there is none left. */
DEADLINES_CALL struct deadlines_entry *deadlines_take(const struct deadlines *deadlines)
{
    struct deadlines_state *state = deadlines->state;
    struct deadlines_entry *entry = state->first;

    if (state->to_call == 0) {
        return NULL;
    }
    state->to_call--;
    state->first = entry->next;
    return entry;
}

/** The event is over. */
DEADLINES_CALL void deadlines_end(const struct deadlines *deadlines)
{
    deadlines->state->firing = false;
    if (deadlines->state->first != NULL) {
        deadlines_program(deadlines);
    }
}

/** Walks the invariants; for tests. armed: how many of the adapter's entries are in it. */
static inline bool deadlines_check(const struct deadlines_state *state, uint32_t armed)
{
    uint32_t listed = 0;

    for (const struct deadlines_entry *entry = state->first; entry != NULL;
         entry = entry->next) {
        if (++listed > armed) {
            return false;
        }
    }
    return listed == armed && state->to_call <= listed &&
           (state->firing || state->to_call == 0);
}
