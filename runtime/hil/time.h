/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Time: a free-running counter and an alarm on it.
 *
 * Every counter counts modulo 2^32. A provider with a narrower one shifts it left, one
 * with a wider one shows the low word, so that differences are plain uint32_t arithmetic.
 * The frequency is a fact of the provider, known at generation.
 *
 * An alarm is an armed event, not an operation: setting replaces, disarm is synchronous
 * and after it nothing comes.
 */
#pragma once

#include "hil/port.h"

/* -- counter ------------------------------------------------------------------------ */

HIL_PORT(time_counter);

typedef uint32_t time_counter_now_fn(const struct time_counter *);

struct time_counter_ops {
    time_counter_now_fn *counter_now;
};

#ifdef TIME_COUNTER_SEALED
#define TIME_COUNTER(port, operation) HIL_JOIN(TIME_COUNTER_SEALED, operation)
time_counter_now_fn TIME_COUNTER(, counter_now);
#else
#define TIME_COUNTER(port, operation) (port)->ops->operation
#endif

/** Ticks, modulo 2^32. */
HIL_CALL_INFALLIBLE uint32_t time_counter_now(const struct time_counter *port)
{
    return TIME_COUNTER(port, counter_now)(port);
}

/* -- alarm -------------------------------------------------------------------------- */

/** Fires once when now - reference >= dt, at once if that holds already; never early,
 * never inside alarm_set. reference is now or up to 2^32 - 1 ticks before it. */
struct time_deadline {
    const struct time_alarm_client *client;
    uint32_t reference; /* ticks */
    uint32_t dt;        /* ticks */
};

struct time_alarm_client {
    void (*alarm_fired)(const struct time_alarm_client *, struct time_deadline *);
};

HIL_PORT(time_alarm);

typedef void time_alarm_set_fn(const struct time_alarm *, struct time_deadline *);
typedef void time_alarm_disarm_fn(const struct time_alarm *);

struct time_alarm_ops {
    time_alarm_set_fn *alarm_set;
    time_alarm_disarm_fn *alarm_disarm;
};

#ifdef TIME_ALARM_SEALED
#define TIME_ALARM(port, operation) HIL_JOIN(TIME_ALARM_SEALED, operation)
time_alarm_set_fn TIME_ALARM(, alarm_set);
time_alarm_disarm_fn TIME_ALARM(, alarm_disarm);
#else
#define TIME_ALARM(port, operation) (port)->ops->operation
#endif

/** Arms this edge's alarm; an armed one is replaced. The deadline stays the owner's to
 * read; it may change it again from the event on or after alarm_disarm. */
HIL_CALL_INFALLIBLE void time_alarm_set(const struct time_alarm *port,
                                        struct time_deadline *deadline)
{
    TIME_ALARM(port, alarm_set)(port, deadline);
}

/** After it returns no event comes. Harmless when nothing is armed. */
HIL_CALL_INFALLIBLE void time_alarm_disarm(const struct time_alarm *port)
{
    TIME_ALARM(port, alarm_disarm)(port);
}

/** Providers announce a reached deadline with this, last: it is disarmed before. */
HIL_CALL_INFALLIBLE void time_alarm_fired(struct time_deadline *deadline)
{
    deadline->client->alarm_fired(deadline->client, deadline);
}
