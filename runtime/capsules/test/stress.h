/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What the stress capsules share: calls drawn from a seed, right ones and wrong ones, in
 * and between completions; the contract of a split-phase operation, checked at each; one
 * line at the end.
 *
 *   stress_spi 7: 1000 operations, 431 refused, ok
 *   stress_spi 7: broken after 12 operations: completed inside a call
 *
 * The capsule knows the types of its HIL: it makes a call when told which, looks at what
 * has come back, and passes on what it saw. After the line it is silent for good. Who is
 * never told of a completion says so when the alarm finds that nothing has ended since.
 *
 * A struct stress is made on the spot from a capsule's const object. Only these capsules
 * include this file, and no board but one under test has them.
 */
#pragma once

#include "hil/time.h"
#include "hil/uart.h"
#include "kernel/deferred.h"

#include <stddef.h>

#define STRESS_LINE 128u
#define STRESS_PAUSE 12u /* deferred calls between two moves, at most */

/** A start: what is there to be wrong with it. STRESS_AGAIN has nothing wrong, only it comes
 * while one is under way. All but STRESS_RIGHT are made with a spare descriptor. */
enum stress_start { STRESS_RIGHT, STRESS_AGAIN, STRESS_EMPTY, STRESS_NOBODY };

/** A cancel: of what is under way or was last, of the spare descriptor, of none. */
enum stress_cancel { STRESS_MINE, STRESS_OTHER, STRESS_NONE };

struct stress_state {
    uint32_t random;
    uint32_t operations; /* ended as they should */
    uint32_t refused;    /* wrong calls that were */
    uint32_t seen;       /* operations, when the alarm was armed */
    struct time_deadline deadline;
    struct uart_transmission line;
    uint8_t pause;
    uint8_t calls;  /* how deep in calls of the provider */
    bool lent;      /* one is under way */
    bool cancelled; /* it is to complete with CANCEL */
    bool over;
    uint8_t text[STRESS_LINE];
};

struct stress {
    struct stress_state *state;
    const void *self;
    const char *name;
    const struct deferred *step;
    const struct uart_transmit *report;
    const struct uart_transmit_client *report_client;
    const struct time_alarm *alarm;
    const struct time_alarm_client *alarm_client;
    const struct time_counter *counter;
    uint32_t seed;
    uint32_t operations; /* how many it is to make */
    uint32_t patience;   /* ticks */
    /** ERR_ALREADY: this HIL has no such mistake. */
    enum err (*start)(const void *self, enum stress_start what);
    /** NULL: this HIL has no cancel. */
    enum err (*cancel)(const void *self, enum stress_cancel what, enum cancel *outcome);
};

/* The members that these capsules have in common, as their descriptors make them. */
#define STRESS_MEMBERS                                                                 \
    struct uart_transmit report;                                                       \
    struct uart_transmit_client report_client;                                         \
    struct time_alarm timer_alarm;                                                     \
    struct time_alarm_client timer_alarm_client;                                       \
    struct time_counter timer_counter;                                                 \
    uint32_t seed;                                                                     \
    uint32_t operations;                                                               \
    uint32_t patience_ticks;                                                           \
    struct deferred step

/* The struct stress of a capsule that has them, and a state called stress. */
#define STRESS_OF(component, capsule, starts, cancels)                                 \
    (struct stress)                                                                    \
    {                                                                                  \
        .state = &(capsule)->state->stress, .self = (capsule), .name = (component),    \
        .step = &(capsule)->step, .report = &(capsule)->report,                        \
        .report_client = &(capsule)->report_client, .alarm = &(capsule)->timer_alarm,  \
        .alarm_client = &(capsule)->timer_alarm_client,                                \
        .counter = &(capsule)->timer_counter, .seed = (capsule)->seed,                 \
        .operations = (capsule)->operations, .patience = (capsule)->patience_ticks,    \
        .start = (starts), .cancel = (cancels),                                        \
    }

/** Below `below`, which is not 0. */
static inline uint32_t stress_random(struct stress_state *state, uint32_t below)
{
    state->random ^= state->random << 13;
    state->random ^= state->random >> 17;
    state->random ^= state->random << 5;
    return (state->random >> 8) % below;
}

/* -- the line ---------------------------------------------------------------------- */

static inline uint8_t *stress_put(uint8_t *to, const char *text)
{
    while (*text != '\0') {
        *to++ = (uint8_t)*text++;
    }
    return to;
}

static inline uint8_t *stress_put_number(uint8_t *to, uint32_t number)
{
    uint32_t scale = 1;

    while (number / scale >= 10) {
        scale *= 10;
    }
    for (; scale != 0; scale /= 10) {
        *to++ = (uint8_t)('0' + number / scale % 10);
    }
    return to;
}

/** The verdict; the first one stands. At most 90 bytes beside `what`. */
static inline void stress_say(const struct stress *stress, const char *what)
{
    struct stress_state *state = stress->state;
    struct uart_transmission *line = &state->line;
    uint8_t *to = stress_put(state->text, stress->name);

    if (state->over) {
        return;
    }
    state->over = true;
    time_alarm_disarm(stress->alarm);
    to = stress_put_number(stress_put(to, " "), stress->seed);
    to = stress_put(to, what == NULL ? ": " : ": broken after ");
    to = stress_put(stress_put_number(to, state->operations), " operations");
    if (what == NULL) {
        to = stress_put_number(stress_put(to, ", "), state->refused);
        to = stress_put(to, " refused, ok");
    } else {
        to = stress_put(stress_put(to, ": "), what);
    }
    to = stress_put(to, "\r\n");
    line->client = stress->report_client;
    line->data = state->text;
    line->len = (uint16_t)(to - state->text);
    err_ignore(uart_transmit(stress->report, line)); /* nobody is left to tell */
}

/** False, and the verdict is `what`, unless this holds. */
static inline bool stress_holds(const struct stress *stress, bool holds,
                                const char *what)
{
    if (!holds) {
        stress_say(stress, what);
    }
    return holds;
}

/* -- moves ------------------------------------------------------------------------- */

static inline void stress_later(const struct stress *stress)
{
    stress->state->pause = (uint8_t)stress_random(stress->state, STRESS_PAUSE);
    deferred_set(stress->step);
}

static inline enum err stress_call(const struct stress *stress, enum stress_start what)
{
    stress->state->calls++;
    enum err err = stress->start(stress->self, what);
    stress->state->calls--;
    return err;
}

/* A start with nothing wrong in it while none is under way. */
static inline void stress_start(const struct stress *stress)
{
    struct stress_state *state = stress->state;

    state->lent = true;
    state->cancelled = false;
    (void)stress_holds(stress, stress_call(stress, STRESS_RIGHT) == OK,
                       "a right call was refused");
}

/* A start that has to be refused. */
static inline void stress_start_wrong(const struct stress *stress,
                                      enum stress_start what)
{
    struct stress_state *state = stress->state;
    enum err err = stress_call(stress, what);
    bool busy = state->lent && err == ERR_BUSY;

    switch (what) {
    case STRESS_EMPTY:
        (void)stress_holds(stress, busy || err == ERR_SIZE || err == ERR_ALREADY,
                           "nothing to do, but not refused with SIZE");
        break;
    case STRESS_NOBODY:
        (void)stress_holds(stress, busy || err == ERR_INVAL,
                           "nobody to tell, but not refused with INVAL");
        break;
    default:
        (void)stress_holds(stress, busy, "a second one, but not refused with BUSY");
        break;
    }
    state->refused += err != ERR_ALREADY;
}

static inline void stress_cancel_mine(const struct stress *stress)
{
    struct stress_state *state = stress->state;
    enum cancel outcome = TOO_LATE;

    state->calls++;
    enum err err = stress->cancel(stress->self, STRESS_MINE, &outcome);
    state->calls--;
    if (!state->lent) {
        (void)stress_holds(stress, err == ERR_ALREADY,
                           "a cancel of nothing, but not refused with ALREADY");
    } else if (stress_holds(stress, err == OK, "a cancel was refused: it is lost") &&
               stress_holds(stress, !state->cancelled || outcome == TOO_LATE,
                            "cancelled twice") &&
               outcome == CANCELLED) {
        state->cancelled = true;
    }
}

static inline void stress_cancel_wrong(const struct stress *stress,
                                       enum stress_cancel what)
{
    enum cancel outcome = TOO_LATE;

    stress->state->calls++;
    enum err err = stress->cancel(stress->self, what, &outcome);
    stress->state->calls--;
    (void)stress_holds(stress, err == ERR_ALREADY,
                       "a cancel of another, but not refused with ALREADY");
    stress->state->refused++;
}

/* One call that changes nothing, or a cancel. */
static inline void stress_disturb(const struct stress *stress)
{
    struct stress_state *state = stress->state;
    bool cancels = stress->cancel != NULL;

    switch (stress_random(state, cancels ? 7 : 3)) {
    case 0:
        stress_start_wrong(stress, STRESS_EMPTY);
        break;
    case 1:
        stress_start_wrong(stress, STRESS_NOBODY);
        break;
    case 2:
        if (state->lent) {
            stress_start_wrong(stress, STRESS_AGAIN);
        }
        break;
    case 3:
        stress_cancel_wrong(stress, STRESS_OTHER);
        break;
    case 4:
        stress_cancel_wrong(stress, STRESS_NONE);
        break;
    default:
        stress_cancel_mine(stress);
        break;
    }
}

/** From the capsule's deferred call. */
static inline void stress_step(const struct stress *stress)
{
    struct stress_state *state = stress->state;

    if (state->over) {
        return;
    }
    if (state->pause != 0) {
        state->pause--;
        deferred_set(stress->step);
        return;
    }
    if (state->lent || stress_random(state, 3) == 0) {
        stress_disturb(stress);
    } else {
        stress_start(stress);
    }
    /* While one is under way, its completion goes on: every other time so that the kernel
     * has nothing to do until the interrupt. */
    if (!state->lent || stress_random(state, 2) == 0) {
        stress_later(stress);
    }
}

/** From the capsule's start. */
static inline void stress_begin(const struct stress *stress)
{
    struct stress_state *state = stress->state;
    struct time_deadline *deadline = &state->deadline;

    state->random = (stress->seed + 1u) * UINT32_C(2654435761);
    state->random |= state->random == 0;
    deadline->client = stress->alarm_client;
    deadline->reference = time_counter_now(stress->counter);
    deadline->dt = stress->patience;
    time_alarm_set(stress->alarm, deadline);
    stress_later(stress);
}

/** From the capsule's alarm. */
static inline void stress_late(const struct stress *stress)
{
    struct stress_state *state = stress->state;
    struct time_deadline *deadline = &state->deadline;

    if (stress_holds(stress, state->seen != state->operations,
                     "nothing ends any more")) {
        state->seen = state->operations;
        deadline->reference += deadline->dt;
        time_alarm_set(stress->alarm, deadline);
    }
}

/* -- completions ------------------------------------------------------------------- */

/** First in a completion: false if the contract is broken, or was before. `mine`: it came
 * with the descriptor that is lent. */
static inline bool stress_ended(const struct stress *stress, bool mine, enum err err,
                                enum err expected)
{
    struct stress_state *state = stress->state;

    if (state->over ||
        !stress_holds(stress, state->calls == 0, "completed inside a call") ||
        !stress_holds(stress, state->lent, "completed, but nothing was lent") ||
        !stress_holds(stress, mine, "completed with another descriptor")) {
        return false;
    }
    state->lent = false;
    return state->cancelled
               ? stress_holds(stress, err == ERR_CANCEL,
                              "cancelled, but not completed with CANCEL")
               : stress_holds(stress, err == expected, "completed with a wrong result");
}

/** Last in a completion whose descriptor and bytes are as they should be. */
static inline void stress_next(const struct stress *stress)
{
    struct stress_state *state = stress->state;

    if (state->over) {
        return;
    }
    state->operations++;
    if (state->operations >= stress->operations) {
        stress_say(stress, NULL);
        return;
    }
    if (stress_random(state, 2) == 0) {
        stress_start(stress);
    }
    stress_later(stress);
}
