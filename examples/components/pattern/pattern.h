/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Plays a pattern of one process on one LED, a step at a time.
 *
 * The pattern is the process's read-only buffer: a step is a byte, '#' lights the LED. It
 * is read a byte at a time when a step is due, so the process may change it meanwhile and
 * harms only its own pattern. A second process gets BUSY.
 *
 * Upcall: played (steps shown, 0, 0), when there is no further step.
 *
 * Invariant: the alarm is armed exactly while player names a living process.
 */
#pragma once

#include "hil/led.h"
#include "hil/time.h"
#include "kernel/driver.h"

struct pattern_grant {
    uint32_t shown; /* steps shown since play */
};

struct pattern_state {
    struct time_deadline deadline; /* ours, lent while armed */
    struct process_id player;      /* all-zero: nobody */
};

struct pattern {
    struct pattern_state *state;
    struct led_light led;
    struct time_alarm timer_alarm;
    struct time_alarm_client timer_alarm_client;
    struct time_counter timer_counter;
    uint32_t step_ticks;
    const struct syscall_driver *driver;
};

void pattern_command(const struct pattern *self, struct process *process,
                     const struct command *command, struct command_result *result);
void pattern_exited(const struct pattern *self, struct process_id id);
void pattern_step(const struct time_alarm_client *client,
                  struct time_deadline *deadline);
