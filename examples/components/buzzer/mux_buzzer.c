/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "buzzer/mux_buzzer.h"

#include "lib/container.h"

static enum err start(const void *mux, const struct turn *slot)
{
    const struct mux_buzzer *self = mux;
    struct buzzer_note *note = slot->op;

    note->client = &self->tone_client; /* the original is in the slot */
    enum err err = buzzer_play(&self->tone, note);
    if (err != OK) {
        note->client = slot->client;
    }
    return err;
}

TURNS_CALL struct turns turns_of(const struct mux_buzzer *self)
{
    return (struct turns){
        .state = &self->state->turns,
        .slots = self->slots,
        .complete = &self->complete,
        .mux = self,
        .start = start,
    };
}

enum err mux_buzzer_play(const struct buzzer_tone *port, struct buzzer_note *note)
{
    const struct turns turns = turns_of(port->owner);

    if (note->length_ms == 0) {
        return ERR_SIZE;
    }
    return turns_start(&turns, port->index, note, note->client);
}

void mux_buzzer_played(const struct buzzer_tone_client *client,
                       struct buzzer_note *note, enum err err)
{
    const struct turns turns =
        turns_of(container_of(client, struct mux_buzzer, tone_client));

    note->client = turns_done(&turns, note);
    buzzer_played(note, err);
    turns_next(&turns);
}

void mux_buzzer_complete(const struct mux_buzzer *self)
{
    const struct turns turns = turns_of(self);
    uint32_t due = turns.state->ended;
    struct turn ended;

    while (turns_take_ended(&turns, &due, &ended)) {
        buzzer_played(ended.op, ended.err);
    }
}

const struct buzzer_tone_ops mux_buzzer_tone_ops = {.play = mux_buzzer_play};
