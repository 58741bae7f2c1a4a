/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A block is compressed when the next byte or the padding needs its place, so each piece of
 * work begins with at most one compression. HMAC's two keyed blocks are two more such full
 * blocks: the outer one first, whose state is kept, then the inner one made from it.
 */
#include "chips/soft/soft_sha256.h"

#include "lib/memory.h"

#include <stddef.h>

#define WORDS 8u  /* of a state */
#define BLOCK 64u /* bytes */
#define LENGTH_AT (BLOCK - 8u)

#define INNER_PAD 0x36u
#define OUTER_PAD 0x5Cu

enum { ADD = 1, FINISH, VERIFY };
enum { PAD, LENGTH, LAST }; /* stages of the last step */
enum { MODE_NONE, MODE_HASH, MODE_INNER, MODE_OUTER };

/* What a session's context is here. MODE_OUTER: block is the outer key's, state new. */
struct __attribute__((may_alias)) context {
    uint32_t state[WORDS];
    uint32_t outer[WORDS]; /* MODE_INNER: the state behind the outer key's block */
    uint8_t block[BLOCK];
    uint32_t len[2]; /* bytes so far, those in block included; high word first */
    uint8_t fill;    /* bytes in block */
    uint8_t mode;
};

_Static_assert(sizeof(struct context) <= sizeof(struct digest_context),
               "a context has room for this one");

/* Of the square roots of the first eight primes, the first 32 bits of the fractions. */
static const uint32_t first[WORDS] = {
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
    0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
};

/* Of the cube roots of the first sixty-four. */
static const uint32_t constants[BLOCK] = {
    0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4,
    0xAB1C5ED5, 0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE,
    0x9BDC06A7, 0xC19BF174, 0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F,
    0x4A7484AA, 0x5CB0A9DC, 0x76F988DA, 0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7,
    0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967, 0x27B70A85, 0x2E1B2138, 0x4D2C6DFC,
    0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85, 0xA2BFE8A1, 0xA81A664B,
    0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070, 0x19A4C116,
    0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
    0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7,
    0xC67178F2,
};

static struct context *context_of(struct digest_context *context)
{
    return (struct context *)(void *)context;
}

static uint32_t rotated(uint32_t word, uint32_t by)
{
    return word >> by | word << (32u - by);
}

static uint32_t word_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
           (uint32_t)bytes[2] << 8 | bytes[3];
}

static void put_words(uint8_t *to, const uint32_t *words, uint32_t count)
{
    for (uint32_t i = 0; i < count * sizeof(uint32_t); i++) {
        to[i] = (uint8_t)(words[i / 4u] >> (24u - i % 4u * 8u));
    }
}

/* FIPS 180-4, 6.2.2. The schedule is kept as its last sixteen words. */
static void compress(uint32_t *state, const uint8_t *block)
{
    uint32_t schedule[16];
    uint32_t v[WORDS]; /* a to h */

    memcpy(v, state, sizeof(v));
    for (uint32_t t = 0; t < BLOCK; t++) {
        uint32_t *w = &schedule[t % 16u];

        if (t < 16u) {
            *w = word_at(&block[t * sizeof(*w)]);
        } else {
            uint32_t w15 = schedule[(t + 1u) % 16u];
            uint32_t w2 = schedule[(t + 14u) % 16u];

            *w += (rotated(w15, 7) ^ rotated(w15, 18) ^ w15 >> 3) +
                  schedule[(t + 9u) % 16u] +
                  (rotated(w2, 17) ^ rotated(w2, 19) ^ w2 >> 10);
        }
        uint32_t sum = v[7] + constants[t] + *w + ((v[4] & v[5]) ^ (~v[4] & v[6])) +
                       (rotated(v[4], 6) ^ rotated(v[4], 11) ^ rotated(v[4], 25));
        uint32_t more = ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2])) +
                        (rotated(v[0], 2) ^ rotated(v[0], 13) ^ rotated(v[0], 22));

        memmove(&v[1], v, sizeof(v) - sizeof(v[0]));
        v[4] += sum;
        v[0] = sum + more;
    }
    for (uint32_t i = 0; i < WORDS; i++) {
        state[i] += v[i];
    }
}

/* -- a session's context --------------------------------------------------------------- */

static void count(struct context *context, uint32_t bytes)
{
    context->len[1] += bytes;
    context->len[0] += context->len[1] < bytes;
}

/* Compresses a full block. False: there is another one to compress, the inner key's. */
static bool flush(struct context *context)
{
    compress(context->state, context->block);
    if (context->mode == MODE_OUTER) {
        memcpy(context->outer, context->state, sizeof(context->outer));
        memcpy(context->state, first, sizeof(first));
        for (uint32_t i = 0; i < BLOCK; i++) {
            context->block[i] ^= OUTER_PAD ^ INNER_PAD;
        }
        context->mode = MODE_INNER;
        return false;
    }
    context->fill = 0;
    return true;
}

static void put_length(struct context *context)
{
    const uint32_t bits[2] = {
        context->len[0] << 3 | context->len[1] >> 29,
        context->len[1] << 3,
    };

    put_words(&context->block[LENGTH_AT], bits, 2);
    context->fill = BLOCK;
}

/* The outer hash of the inner digest follows: its key's block is in its state already. */
static void begin_outer(struct context *context)
{
    put_words(context->block, context->state, WORDS);
    memcpy(context->state, context->outer, sizeof(context->outer));
    context->len[0] = 0;
    context->len[1] = BLOCK + DIGEST_SHA256_LEN;
    context->fill = DIGEST_SHA256_LEN;
    context->mode = MODE_HASH;
}

/* One piece of the padding, FIPS 180-4, 5.1.1. True: state is the digest. */
static bool finish(struct context *context, uint8_t *stage)
{
    if (context->fill == BLOCK && !flush(context)) {
        return false;
    }
    if (*stage == LAST) {
        if (context->mode == MODE_HASH) {
            return true;
        }
        begin_outer(context);
        *stage = PAD;
    }
    if (*stage == PAD) {
        context->block[context->fill++] = 0x80;
        *stage = LENGTH;
    }
    memset(&context->block[context->fill], 0, BLOCK - context->fill);
    if (context->fill <= LENGTH_AT) {
        put_length(context);
        *stage = LAST;
    } else {
        context->fill = BLOCK; /* the length has a block to itself */
    }
    return false;
}

/* One piece of what is to be added. True: all of it is in. */
static bool add(struct context *context, struct soft_sha256_slot *slot)
{
    if (context->fill == BLOCK && !flush(context)) {
        return false;
    }
    uint32_t room = BLOCK - context->fill;
    uint32_t len = slot->left < room ? slot->left : room;

    memcpy(&context->block[context->fill], slot->from, len);
    context->fill = (uint8_t)(context->fill + len);
    count(context, len);
    slot->from += len;
    slot->left -= len;
    return slot->left == 0;
}

/* Gives or compares the digest; the session is over. */
static void end(struct digest_session *session, uint8_t step)
{
    struct context *context = context_of(&session->context);
    uint8_t *digest = context->block;
    uint8_t differences = 0;

    put_words(step == FINISH ? session->data : digest, context->state, WORDS);
    if (step == VERIFY) {
        for (uint32_t i = 0; i < DIGEST_SHA256_LEN; i++) {
            differences |= digest[i] ^ session->data[i];
        }
        session->equal = differences == 0;
    }
    memset(&session->context, 0, sizeof(session->context));
}

void soft_sha256_sha256_begin(const struct digest_sha256 *port,
                              struct digest_context *of)
{
    struct context *context = context_of(of);

    (void)port;
    memset(of, 0, sizeof(*of));
    memcpy(context->state, first, sizeof(first));
    context->mode = MODE_HASH;
}

enum err soft_sha256_hmac_sha256_begin(const struct digest_hmac_sha256 *port,
                                       struct digest_context *of, const uint8_t *key,
                                       uint32_t len)
{
    struct context *context = context_of(of);

    (void)port;
    if (len > DIGEST_SHA256_KEY) {
        return ERR_SIZE;
    }
    memset(of, 0, sizeof(*of));
    memcpy(context->state, first, sizeof(first));
    memcpy(context->block, key, len);
    for (uint32_t i = 0; i < BLOCK; i++) {
        context->block[i] ^= OUTER_PAD;
    }
    context->len[1] = BLOCK; /* the inner key's, before the message */
    context->fill = BLOCK;
    context->mode = MODE_OUTER;
    return OK;
}

/* -- steps ------------------------------------------------------------------------------ */

static enum err start(const struct digest_steps *port, struct digest_session *session,
                      uint8_t step)
{
    const struct soft_sha256 *self = port->owner;
    struct soft_sha256_slot *slot = &self->slots[port->index];

    if (slot->session != NULL) {
        return ERR_BUSY;
    }
    if (session->client == NULL || context_of(&session->context)->mode == MODE_NONE) {
        return ERR_INVAL;
    }
    if (step != ADD && session->len != DIGEST_SHA256_LEN) {
        return ERR_SIZE;
    }
    *slot = (struct soft_sha256_slot){.session = session, .step = step};
    if (arbiter_take(&self->state->turns, port->index)) {
        deferred_set(&self->step); /* else it is on its way already */
    }
    return OK;
}

static enum err start_add(const struct digest_steps *port,
                          struct digest_session *session, const uint8_t *from)
{
    const struct soft_sha256 *self = port->owner;
    enum err err = start(port, session, ADD);

    if (err == OK) {
        self->slots[port->index].from = from;
        self->slots[port->index].left = session->len;
    }
    return err;
}

enum err soft_sha256_add(const struct digest_steps *port,
                         struct digest_session *session)
{
    return start_add(port, session, session->data);
}

enum err soft_sha256_add_const(const struct digest_steps *port,
                               struct digest_session *session)
{
    return start_add(port, session, session->text);
}

enum err soft_sha256_finish(const struct digest_steps *port,
                            struct digest_session *session)
{
    return start(port, session, FINISH);
}

enum err soft_sha256_verify(const struct digest_steps *port,
                            struct digest_session *session)
{
    return start(port, session, VERIFY);
}

static void complete(struct soft_sha256_slot *slot)
{
    struct digest_session *session = slot->session;

    slot->session = NULL; /* before the callback, which may start the next step */
    if (slot->step == ADD) {
        digest_added(session, OK);
        return;
    }
    end(session, slot->step);
    if (slot->step == FINISH) {
        digest_finished(session, OK);
    } else {
        digest_verified(session, OK);
    }
}

void soft_sha256_step(const struct soft_sha256 *self)
{
    struct arbiter *turns = &self->state->turns;
    uint8_t index = turns->last;
    struct soft_sha256_slot *slot = &self->slots[index];
    struct context *context = context_of(&slot->session->context);

    if (slot->step == ADD ? add(context, slot) : finish(context, &slot->stage)) {
        complete(slot);
    } else {
        arbiter_take(turns, index); /* it is held, so this queues behind the others */
    }
    if (arbiter_pass(turns)) {
        deferred_set(&self->step);
    }
}

bool soft_sha256_check(const struct soft_sha256 *self)
{
    const struct arbiter *turns = &self->state->turns;
    uint32_t outstanding = 0;

    for (uint8_t i = 0; i < self->slot_count; i++) {
        outstanding |= (uint32_t)(self->slots[i].session != NULL) << i;
    }
    uint32_t explained = turns->waiting;
    if (turns->held) {
        explained |= UINT32_C(1) << turns->last;
    }
    return arbiter_check(turns) && explained == outstanding;
}

const struct digest_steps_ops soft_sha256_steps_ops = {
    .add = soft_sha256_add,
    .add_const = soft_sha256_add_const,
    .finish = soft_sha256_finish,
    .verify = soft_sha256_verify,
};

const struct digest_sha256_ops soft_sha256_sha256_ops = {
    .sha256_begin = soft_sha256_sha256_begin,
};

const struct digest_hmac_sha256_ops soft_sha256_hmac_sha256_ops = {
    .hmac_sha256_begin = soft_sha256_hmac_sha256_begin,
};
