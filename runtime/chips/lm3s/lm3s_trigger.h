/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What the converter of the LM3S needs of a timer. The timer interrupts nobody.
 *
 * Each call replaces what was set before.
 */
#pragma once

#include "hil/port.h"

HIL_PORT(lm3s_trigger_timer);

typedef void lm3s_trigger_once_fn(const struct lm3s_trigger_timer *);
typedef void lm3s_trigger_every_fn(const struct lm3s_trigger_timer *, uint32_t ticks);
typedef void lm3s_trigger_stop_fn(const struct lm3s_trigger_timer *);

struct lm3s_trigger_timer_ops {
    lm3s_trigger_once_fn *once;
    lm3s_trigger_every_fn *every;
    lm3s_trigger_stop_fn *stop;
};

#ifdef LM3S_TRIGGER_TIMER_SEALED
#define LM3S_TRIGGER_TIMER(port, operation)                                            \
    HIL_JOIN(LM3S_TRIGGER_TIMER_SEALED, operation)
lm3s_trigger_once_fn LM3S_TRIGGER_TIMER(, once);
lm3s_trigger_every_fn LM3S_TRIGGER_TIMER(, every);
lm3s_trigger_stop_fn LM3S_TRIGGER_TIMER(, stop);
#else
#define LM3S_TRIGGER_TIMER(port, operation) (port)->ops->operation
#endif

/** Triggers once, as soon as can be. */
HIL_CALL_INFALLIBLE void lm3s_trigger_once(const struct lm3s_trigger_timer *port)
{
    LM3S_TRIGGER_TIMER(port, once)(port);
}

/** Triggers after so many ticks, at least 1, again and again. */
HIL_CALL_INFALLIBLE void lm3s_trigger_every(const struct lm3s_trigger_timer *port,
                                            uint32_t ticks)
{
    LM3S_TRIGGER_TIMER(port, every)(port, ticks);
}

HIL_CALL_INFALLIBLE void lm3s_trigger_stop(const struct lm3s_trigger_timer *port)
{
    LM3S_TRIGGER_TIMER(port, stop)(port);
}
