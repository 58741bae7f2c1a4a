/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Time: a free-running counter, an alarm on it, and a timer that counts intervals.
 *
 * Every counter counts modulo 2^32. A provider with a narrower one shifts it left, one
 * with a wider one shows the low word, so that differences are plain uint32_t arithmetic.
 * The frequency is a fact of the provider, known at generation.
 *
 * An alarm and a timer are armed events, not operations: setting or starting replaces,
 * disarm and stop are synchronous and after them nothing comes. A capsule for processes
 * wants an alarm, whose deadlines are relative to a time that it names; who only wants to
 * be called every so often wants a timer.
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

/* -- timer -------------------------------------------------------------------------- */

/** Fires when `first` ticks have passed since timer_start, then every `period` ticks; never
 * early, never inside timer_start. The phase is kept: the n-th period ends n * period ticks
 * after the first event was due, however late the events before it came. Periods that are
 * over before their event could come are counted in it, not made up for. */
struct time_interval {
    const struct time_timer_client *client;
    uint32_t first;  /* ticks; 0: as soon as can be */
    uint32_t period; /* ticks; 0: once */
    uint32_t ended;  /* out: intervals that ended since the event before, at least 1 */
};

struct time_timer_client {
    void (*timer_fired)(const struct time_timer_client *, struct time_interval *);
};

/** What a timer does: nothing, or it fires once more, or again and again. */
enum time_running { TIME_STOPPED, TIME_ONCE, TIME_REPEATING };

HIL_PORT(time_timer);

typedef void time_timer_start_fn(const struct time_timer *, struct time_interval *);
typedef void time_timer_stop_fn(const struct time_timer *);
typedef enum time_running time_timer_running_fn(const struct time_timer *);
typedef uint32_t time_timer_remaining_fn(const struct time_timer *);

struct time_timer_ops {
    time_timer_start_fn *timer_start;
    time_timer_stop_fn *timer_stop;
    time_timer_running_fn *timer_running;
    time_timer_remaining_fn *timer_remaining;
};

#ifdef TIME_TIMER_SEALED
#define TIME_TIMER(port, operation) HIL_JOIN(TIME_TIMER_SEALED, operation)
time_timer_start_fn TIME_TIMER(, timer_start);
time_timer_stop_fn TIME_TIMER(, timer_stop);
time_timer_running_fn TIME_TIMER(, timer_running);
time_timer_remaining_fn TIME_TIMER(, timer_remaining);
#else
#define TIME_TIMER(port, operation) (port)->ops->operation
#endif

/** Starts this edge's timer from now; a running one is replaced. The interval stays the
 * owner's to read; it may change it from a last event on, or after timer_stop. */
HIL_CALL_INFALLIBLE void time_timer_start(const struct time_timer *port,
                                          struct time_interval *interval)
{
    TIME_TIMER(port, timer_start)(port, interval);
}

/** After it returns no event comes. Harmless when it does not run. */
HIL_CALL_INFALLIBLE void time_timer_stop(const struct time_timer *port)
{
    TIME_TIMER(port, timer_stop)(port);
}

/** In an event: STOPPED if it was the last. */
HIL_CALL_INFALLIBLE enum time_running time_timer_running(const struct time_timer *port)
{
    return TIME_TIMER(port, timer_running)(port);
}

/** Ticks until the next event is due; 0: it is due, or the timer is stopped. */
HIL_CALL_INFALLIBLE uint32_t time_timer_remaining(const struct time_timer *port)
{
    return TIME_TIMER(port, timer_remaining)(port);
}

/** Providers announce the end of an interval with this; the next one runs already. */
HIL_CALL_INFALLIBLE void time_timer_fired(struct time_interval *interval)
{
    interval->client->timer_fired(interval->client, interval);
}
