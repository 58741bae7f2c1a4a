/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "capsules/test/stress_digest.h"

#include "lib/container.h"
#include "lib/memory.h"

#define UNTOUCHED 0xA5u

enum { ADD, ADD_CONST, FINISH, VERIFY };

static const uint8_t example[] = {'a', 'b', 'c'};
static const uint8_t example_digest[DIGEST_SHA256_LEN] = {
    0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
    0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
    0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
};

/* -- calls ------------------------------------------------------------------------- */

static void fill(struct stress_state *stress, uint8_t *to, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++) {
        to[i] = (uint8_t)stress_random(stress, 256);
    }
}

static void draw_message(struct stress_digest_state *state)
{
    struct stress_state *stress = &state->stress;

    if (!state->drawn) {
        state->drawn = true;
        state->len = sizeof(example);
        memcpy(state->message, example, sizeof(example));
        return;
    }
    state->len = stress_random(stress, STRESS_DIGEST_LEN + 1u);
    fill(stress, state->message, state->len);
    state->keyed = stress_random(stress, 2) == 0;
    state->key_len = stress_random(stress, DIGEST_SHA256_KEY + 1u);
    fill(stress, state->key, state->key_len);
}

static enum err begin(const struct stress_digest *self)
{
    struct stress_digest_state *state = self->state;
    struct digest_context *context = &state->session.context;

    if (!state->verifies) {
        draw_message(state);
    }
    state->at = 0;
    state->begun = true;
    if (state->keyed) {
        return digest_hmac_sha256_begin(&self->digest_hmac_sha256, context, state->key,
                                        state->key_len);
    }
    digest_sha256_begin(&self->digest_sha256, context);
    return OK;
}

static enum err add(const struct stress_digest *self)
{
    struct stress_digest_state *state = self->state;
    struct digest_session *session = &state->session;
    uint32_t left = state->len - state->at;

    session->len = stress_random(&state->stress, left + 1u); /* none, too */
    session->data = &state->message[state->at];
    session->text = session->data;
    if (stress_random(&state->stress, 2) == 0) {
        state->verb = ADD;
        session->text = NULL;
        return digest_add(&self->digest_steps, session);
    }
    state->verb = ADD_CONST;
    session->data = NULL;
    return digest_add_const(&self->digest_steps, session);
}

static enum err end(const struct stress_digest *self)
{
    struct stress_digest_state *state = self->state;
    struct digest_session *session = &state->session;

    session->data = state->digest;
    session->len = DIGEST_SHA256_LEN;
    if (!state->verifies) {
        state->verb = FINISH;
        memset(state->digest, UNTOUCHED, sizeof(state->digest));
        return digest_finish(&self->digest_steps, session);
    }
    state->verb = VERIFY;
    state->turned = stress_random(&state->stress, 2) == 0;
    if (state->turned) {
        state->digest[stress_random(&state->stress, DIGEST_SHA256_LEN)] ^=
            (uint8_t)(1u << stress_random(&state->stress, 8));
    }
    return digest_verify(&self->digest_steps, session);
}

static enum err start_right(const struct stress_digest *self)
{
    struct stress_digest_state *state = self->state;

    if (!state->begun) {
        enum err err = begin(self);
        if (err != OK) {
            return err;
        }
    }
    state->session.client = &self->digest_steps_client;
    if (state->at < state->len || stress_random(&state->stress, 4) == 0) {
        return add(self);
    }
    return end(self);
}

static enum err start(const void *object, enum stress_start what)
{
    const struct stress_digest *self = object;
    struct stress_digest_state *state = self->state;
    struct digest_session *spare = &state->spare;

    if (what == STRESS_RIGHT) {
        return start_right(self);
    }
    digest_sha256_begin(&self->digest_sha256, &spare->context);
    spare->client = &self->digest_steps_client;
    spare->data = state->message;
    spare->len = 1;
    if (what == STRESS_EMPTY) { /* nothing to add is no mistake, half a digest is */
        spare->len = DIGEST_SHA256_LEN / 2;
        return digest_finish(&self->digest_steps, spare);
    }
    if (what == STRESS_NOBODY && stress_random(&state->stress, 2) == 0) {
        memset(&spare->context, 0, sizeof(spare->context)); /* never begun */
    } else if (what == STRESS_NOBODY) {
        spare->client = NULL;
    }
    return digest_add(&self->digest_steps, spare);
}

static struct stress stress_of(const struct stress_digest *self)
{
    return STRESS_OF("stress_digest", self, start, NULL);
}

enum err stress_digest_start(const struct stress_digest *self)
{
    const struct stress stress = stress_of(self);

    stress_begin(&stress);
    return OK;
}

void stress_digest_step(const struct stress_digest *self)
{
    const struct stress stress = stress_of(self);

    stress_step(&stress);
}

/* -- completions ------------------------------------------------------------------- */

static bool is_wiped(const struct digest_context *context)
{
    uint32_t left = 0;

    for (uint32_t i = 0; i < DIGEST_CONTEXT_WORDS; i++) {
        left |= context->words[i];
    }
    return left == 0;
}

/* The digest of the example; of another message nothing is known but that it is there. */
static bool digest_is_right(const struct stress_digest_state *state)
{
    bool is_example = !state->keyed && state->len == sizeof(example) &&
                      memcmp(state->message, example, sizeof(example)) == 0;

    return state->digest[DIGEST_SHA256_LEN] == UNTOUCHED &&
           (!is_example ||
            memcmp(state->digest, example_digest, sizeof(example_digest)) == 0);
}

/* True: the contract holds so far. */
static bool ended(const struct stress *stress, struct stress_digest_state *state,
                  const struct digest_session *session, enum err err, uint8_t verb)
{
    uint8_t was = state->verb == ADD_CONST ? ADD : state->verb;

    return stress_ended(stress, session == &state->session, err, OK) &&
           stress_holds(stress, was == verb,
                        "completed as another operation than it was");
}

static const struct stress_digest *owner(const struct digest_steps_client *client)
{
    return container_of(client, struct stress_digest, digest_steps_client);
}

void stress_digest_added(const struct digest_steps_client *client,
                         struct digest_session *session, enum err err)
{
    const struct stress_digest *self = owner(client);
    const struct stress stress = stress_of(self);

    if (ended(&stress, self->state, session, err, ADD)) {
        self->state->at += session->len;
        stress_next(&stress);
    }
}

void stress_digest_finished(const struct digest_steps_client *client,
                            struct digest_session *session, enum err err)
{
    const struct stress_digest *self = owner(client);
    const struct stress stress = stress_of(self);
    struct stress_digest_state *state = self->state;

    if (ended(&stress, state, session, err, FINISH) &&
        stress_holds(&stress, digest_is_right(state), "a wrong digest") &&
        stress_holds(&stress, is_wiped(&session->context), "a context is not wiped")) {
        state->begun = false;
        state->verifies = true;
        stress_next(&stress);
    }
}

void stress_digest_verified(const struct digest_steps_client *client,
                            struct digest_session *session, enum err err)
{
    const struct stress_digest *self = owner(client);
    const struct stress stress = stress_of(self);
    struct stress_digest_state *state = self->state;

    if (ended(&stress, state, session, err, VERIFY) &&
        stress_holds(&stress, session->equal == !state->turned,
                     "a digest was compared wrongly") &&
        stress_holds(&stress, is_wiped(&session->context), "a context is not wiped")) {
        state->begun = false;
        state->verifies = false;
        stress_next(&stress);
    }
}

void stress_digest_reported(const struct uart_transmit_client *client,
                            struct uart_transmission *op, enum err err)
{
    (void)client;
    (void)op;
    (void)err; /* the line has been said or not */
}

void stress_digest_late(const struct time_alarm_client *client,
                        struct time_deadline *deadline)
{
    const struct stress stress =
        stress_of(container_of(client, struct stress_digest, timer_alarm_client));

    (void)deadline;
    stress_late(&stress);
}
