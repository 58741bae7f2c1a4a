/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One alarm for each process, all on one alarm below.
 *
 * The alarm below is armed no later than the earliest of all, and never for more than half
 * the counter's range: every armed deadline is looked at while its distance is still
 * unambiguous, so none is lost to a wrap.
 *
 * Upcall: fired (now, expiry, 0).
 *
 * Invariant: bit n of armed is set exactly when the process in slot n waits for an alarm;
 * the alarm below is armed exactly when armed is not 0.
 */
#pragma once

#include "hil/time.h"
#include "kernel/driver.h"

/** reference + dt is the expiry; reference is when it was last found not to be reached. */
struct alarm_grant {
    uint32_t reference; /* ticks */
    uint32_t dt;        /* ticks */
};

struct alarm_state {
    struct time_deadline deadline; /* ours, lent while armed */
    uint32_t armed;                /* by slot */
};

struct alarm {
    struct alarm_state *state;
    struct time_alarm timer_alarm;
    struct time_alarm_client timer_alarm_client;
    struct time_counter timer_counter;
    uint32_t frequency_hz;
    const struct syscall_driver *driver;
};

void alarm_command(const struct alarm *self, struct process *process,
                   const struct command *command, struct command_result *result);
void alarm_exited(const struct alarm *self, struct process_id id);
void alarm_fired(const struct time_alarm_client *client,
                 struct time_deadline *deadline);
