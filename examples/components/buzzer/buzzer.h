/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A note at a time. It is the provider's from OK to its completion, which always comes. */
#pragma once

#include "hil/port.h"

struct buzzer_note {
    const struct buzzer_tone_client *client;
    uint16_t length_ms; /* SIZE if 0 */
};

struct buzzer_tone_client {
    void (*played)(const struct buzzer_tone_client *, struct buzzer_note *, enum err);
};

HIL_PORT(buzzer_tone);

typedef enum err buzzer_play_fn(const struct buzzer_tone *, struct buzzer_note *);

struct buzzer_tone_ops {
    buzzer_play_fn *play;
};

#ifdef BUZZER_TONE_SEALED
#define BUZZER_TONE(port, operation) HIL_JOIN(BUZZER_TONE_SEALED, operation)
buzzer_play_fn BUZZER_TONE(, play);
#else
#define BUZZER_TONE(port, operation) (port)->ops->operation
#endif

/** BUSY: this edge's earlier note is still to complete. INVAL: nobody would be told. */
HIL_CALL enum err buzzer_play(const struct buzzer_tone *port, struct buzzer_note *note)
{
    return BUZZER_TONE(port, play)(port, note);
}

/** Providers end a note with this, last: they are silent before it. */
HIL_CALL_INFALLIBLE void buzzer_played(struct buzzer_note *note, enum err err)
{
    note->client->played(note->client, note, err);
}
