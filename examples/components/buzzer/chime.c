/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "buzzer/chime.h"

#include "chime_abi.h"
#include "kernel/grant.h"
#include "kernel/upcall.h"
#include "lib/container.h"

static enum err ring(const struct chime *self, struct process *process,
                     uint32_t length_ms)
{
    struct chime_state *state = self->state;

    if (grant_enter(process, self->driver) == NULL) {
        return ERR_NOMEM;
    }
    if (length_ms > UINT16_MAX) {
        return ERR_SIZE;
    }
    if (state->ringing) {
        return ERR_BUSY;
    }
    state->note.client = &self->tone_client;
    state->note.length_ms = (uint16_t)length_ms;
    enum err err = buzzer_play(&self->tone, &state->note);
    if (err == OK) {
        state->ringing = true;
        state->ringer = process_id(process);
    }
    return err;
}

void chime_command(const struct chime *self, struct process *process,
                   const struct command *command, struct command_result *result)
{
    if (command->number == CHIME_COMMAND_RING) {
        command_status(result, ring(self, process, command->arg[0]));
    } else {
        command_failure(result, ERR_NOSUPPORT);
    }
}

void chime_played(const struct buzzer_tone_client *client, struct buzzer_note *note,
                  enum err err)
{
    const struct chime *self = container_of(client, struct chime, tone_client);
    struct process *process = process_get(self->state->ringer);

    (void)note;
    self->state->ringing = false;
    if (process != NULL) { /* else it has ended: there is nobody to tell */
        struct chime_grant *grant = grant_get(process, self->driver);

        grant->rung++;
        process_upcall(process, self->driver, CHIME_UPCALL_RUNG, (uint32_t)err,
                       grant->rung, 0);
    }
}
