/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "chips/soft/soft_test_rng.h"

#include <stddef.h>

enum err soft_test_rng_fill(const struct rng_bytes *port, struct rng_request *request)
{
    const struct soft_test_rng *self = port->owner;
    struct soft_test_rng_state *state = self->state;

    if (request->client == NULL) {
        return ERR_INVAL;
    }
    if (request->len == 0) {
        return ERR_SIZE;
    }
    if (state->request != NULL) {
        return ERR_BUSY;
    }
    request->filled = 0;
    state->request = request;
    state->cancelled = false;
    deferred_set(&self->step);
    return OK;
}

enum err soft_test_rng_fill_cancel(const struct rng_bytes *port,
                                   struct rng_request *request, enum cancel *outcome)
{
    const struct soft_test_rng *self = port->owner;
    struct soft_test_rng_state *state = self->state;

    if (request == NULL || state->request != request) {
        return ERR_ALREADY;
    }
    *outcome = state->cancelled ? TOO_LATE : CANCELLED;
    state->cancelled = true;
    return OK;
}

/* The next byte: the high end of the generator's next word. */
static uint8_t next(const struct soft_test_rng *self)
{
    uint32_t word = self->state->changed ^ self->seed;

    word ^= word << 13;
    word ^= word >> 17;
    word ^= word << 5;
    self->state->changed = word ^ self->seed;
    return (uint8_t)(word >> 24);
}

void soft_test_rng_step(const struct soft_test_rng *self)
{
    struct soft_test_rng_state *state = self->state;
    struct rng_request *request = state->request;
    uint32_t piece = SOFT_TEST_RNG_PIECE;

    while (!state->cancelled && piece > 0 && request->filled < request->len) {
        request->data[request->filled++] = next(self);
        piece--;
    }
    if (!state->cancelled && request->filled < request->len) {
        deferred_set(&self->step);
        return;
    }
    state->request = NULL; /* idle before completing: the callback may start the next */
    rng_filled(request, state->cancelled ? ERR_CANCEL : OK);
}

const struct rng_bytes_ops soft_test_rng_bytes_ops = {
    .fill = soft_test_rng_fill,
    .fill_cancel = soft_test_rng_fill_cancel,
};
