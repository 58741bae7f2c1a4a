/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "chips/lm3s/lm3s_watchdog.h"

#include "chips/lm3s/lm3s_clock.h"

void lm3s_watchdog_watchdog_tickle(const struct policy_watchdog *port)
{
    const struct lm3s_watchdog *self = port->owner;

    self->registers->clear = 1;
}

void lm3s_watchdog_watchdog_suspend(const struct policy_watchdog *port)
{
    (void)port; /* it wakes us */
}

void lm3s_watchdog_watchdog_resume(const struct policy_watchdog *port)
{
    (void)port; /* the loop goes on, and says so */
}

bool lm3s_watchdog_watchdog_barked(const struct policy_watchdog *port)
{
    const struct lm3s_watchdog *self = port->owner;

    return self->state->barked;
}

void lm3s_watchdog_interrupt(const struct lm3s_watchdog *self)
{
    if (self->registers->masked != 0) {
        self->registers->clear = 1;
    }
}

enum err lm3s_watchdog_init(const struct lm3s_watchdog *self)
{
    self->state->barked = lm3s_clock_watchdog_barked();
    self->registers->lock = LM3S_WATCHDOG_KEY;
    self->registers->load = self->half_ticks;
    self->registers->test = LM3S_WATCHDOG_TEST_STALL;
    self->registers->control = LM3S_WATCHDOG_CONTROL_RESET | LM3S_WATCHDOG_CONTROL_RUN;
    return OK;
}

const struct policy_watchdog_ops lm3s_watchdog_watchdog_ops = {
    .watchdog_tickle = lm3s_watchdog_watchdog_tickle,
    .watchdog_suspend = lm3s_watchdog_watchdog_suspend,
    .watchdog_resume = lm3s_watchdog_watchdog_resume,
    .watchdog_barked = lm3s_watchdog_watchdog_barked,
};
