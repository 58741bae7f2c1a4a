/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Notes of one process at a time; a second one gets BUSY.
 *
 * Upcall: rung (0 or an error, notes of this process so far, 0).
 */
#pragma once

#include "buzzer/buzzer.h"
#include "kernel/driver.h"

struct chime_grant {
    uint32_t rung;
};

struct chime_state {
    struct buzzer_note note;  /* lent while it sounds or waits */
    struct process_id ringer; /* whose it is */
    bool ringing;
};

struct chime {
    struct chime_state *state;
    struct buzzer_tone tone;
    struct buzzer_tone_client tone_client;
    const struct syscall_driver *driver;
};

void chime_command(const struct chime *self, struct process *process,
                   const struct command *command, struct command_result *result);
void chime_played(const struct buzzer_tone_client *client, struct buzzer_note *note,
                  enum err err);
