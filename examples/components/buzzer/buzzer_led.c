/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "buzzer/buzzer_led.h"

#include "lib/container.h"

#include <stddef.h>

enum err buzzer_led_play(const struct buzzer_tone *port, struct buzzer_note *note)
{
    const struct buzzer_led *self = port->owner;
    struct buzzer_led_state *state = self->state;

    if (note->client == NULL) {
        return ERR_INVAL;
    }
    if (note->length_ms == 0) {
        return ERR_SIZE;
    }
    if (state->note != NULL) {
        return ERR_BUSY;
    }
    state->note = note;
    state->deadline.client = &self->timer_alarm_client;
    state->deadline.reference = time_counter_now(&self->timer_counter);
    state->deadline.dt = note->length_ms * self->ticks_per_ms;
    led_light_set(&self->led, true);
    time_alarm_set(&self->timer_alarm, &state->deadline);
    return OK;
}

void buzzer_led_over(const struct time_alarm_client *client,
                     struct time_deadline *deadline)
{
    const struct buzzer_led *self =
        container_of(client, struct buzzer_led, timer_alarm_client);
    struct buzzer_note *note = self->state->note;

    (void)deadline;
    led_light_set(&self->led, false);
    self->state->note = NULL; /* before it tells: the next note may begin in there */
    buzzer_played(note, OK);
}

const struct buzzer_tone_ops buzzer_led_tone_ops = {.play = buzzer_led_play};
