/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Digests: a session is begun for one algorithm, data is added in any number of steps, and
 * the last step gives the digest or compares it.
 *
 * A session is its owner's memory and holds all there is of it, so a provider has nothing
 * to lock and a session may rest between two steps for as long as its owner likes. During
 * a step it is the provider's; there is no cancel, for a step needs no outside event to
 * end. Between steps its context may be copied to another session, and whoever gives a
 * session up wipes it. The last step wipes the context. One step at a time on an edge.
 */
#pragma once

#include "hil/port.h"

#define DIGEST_SHA256_LEN 32u
#define DIGEST_SHA256_KEY 64u /* bytes of a key at most: longer ones are hashed first */

/* Words of the largest context, HMAC's: two states, a block, a length, how far it is. */
#define DIGEST_CONTEXT_WORDS 35u

struct digest_context {
    uint32_t words[DIGEST_CONTEXT_WORDS]; /* the provider's; all-zero: not begun */
};

struct digest_session {
    const struct digest_steps_client *client;
    uint8_t *data; /* lent: to add; room for the digest; what it is compared with */
    const uint8_t *text; /* lent: to add_const, instead of data */
    uint32_t len; /* bytes in data or text; a digest's is that of its algorithm */
    bool equal;   /* out of verify */
    struct digest_context context;
};

/* -- steps: whatever the session was begun for --------------------------------------- */

struct digest_steps_client {
    void (*added)(const struct digest_steps_client *, struct digest_session *,
                  enum err);
    void (*finished)(const struct digest_steps_client *, struct digest_session *,
                     enum err);
    void (*verified)(const struct digest_steps_client *, struct digest_session *,
                     enum err);
};

HIL_PORT(digest_steps);

typedef enum err digest_add_fn(const struct digest_steps *, struct digest_session *);
typedef enum err digest_add_const_fn(const struct digest_steps *,
                                     struct digest_session *);
typedef enum err digest_finish_fn(const struct digest_steps *, struct digest_session *);
typedef enum err digest_verify_fn(const struct digest_steps *, struct digest_session *);

struct digest_steps_ops {
    digest_add_fn *add;
    digest_add_const_fn *add_const;
    digest_finish_fn *finish;
    digest_verify_fn *verify;
};

#ifdef DIGEST_STEPS_SEALED
#define DIGEST_STEPS(port, operation) HIL_JOIN(DIGEST_STEPS_SEALED, operation)
digest_add_fn DIGEST_STEPS(, add);
digest_add_const_fn DIGEST_STEPS(, add_const);
digest_finish_fn DIGEST_STEPS(, finish);
digest_verify_fn DIGEST_STEPS(, verify);
#else
#define DIGEST_STEPS(port, operation) (port)->ops->operation
#endif

/** Adds len bytes of data, none of them too. BUSY: this edge's earlier step is still to
 * complete. INVAL: the session was not begun, or is over, or nobody would be told. After
 * an error nothing was lent and the session is as it was. */
HIL_CALL enum err digest_add(const struct digest_steps *port,
                             struct digest_session *session)
{
    return DIGEST_STEPS(port, add)(port, session);
}

/** As digest_add, of text. */
HIL_CALL enum err digest_add_const(const struct digest_steps *port,
                                   struct digest_session *session)
{
    return DIGEST_STEPS(port, add_const)(port, session);
}

/** Writes the digest to data and ends the session. SIZE: len is not a digest's. */
HIL_CALL enum err digest_finish(const struct digest_steps *port,
                                struct digest_session *session)
{
    return DIGEST_STEPS(port, finish)(port, session);
}

/** Compares the digest with data, in a time that does not depend on where they differ, and
 * ends the session. Errors as of digest_finish. */
HIL_CALL enum err digest_verify(const struct digest_steps *port,
                                struct digest_session *session)
{
    return DIGEST_STEPS(port, verify)(port, session);
}

/** Providers end an add or add_const with this, last. */
HIL_CALL_INFALLIBLE void digest_added(struct digest_session *session, enum err err)
{
    session->client->added(session->client, session, err);
}

/** Providers end a finish with this, last; the context is wiped. */
HIL_CALL_INFALLIBLE void digest_finished(struct digest_session *session, enum err err)
{
    session->client->finished(session->client, session, err);
}

/** Providers end a verify with this, last; the context is wiped. */
HIL_CALL_INFALLIBLE void digest_verified(struct digest_session *session, enum err err)
{
    session->client->verified(session->client, session, err);
}

/* -- sha256: FIPS 180-4 -------------------------------------------------------------- */

HIL_PORT(digest_sha256);

typedef void digest_sha256_begin_fn(const struct digest_sha256 *,
                                    struct digest_context *);

struct digest_sha256_ops {
    digest_sha256_begin_fn *sha256_begin;
};

#ifdef DIGEST_SHA256_SEALED
#define DIGEST_SHA256(port, operation) HIL_JOIN(DIGEST_SHA256_SEALED, operation)
digest_sha256_begin_fn DIGEST_SHA256(, sha256_begin);
#else
#define DIGEST_SHA256(port, operation) (port)->ops->operation
#endif

/** Makes the context of a session that no step has for the digest of a message. */
HIL_CALL_INFALLIBLE void digest_sha256_begin(const struct digest_sha256 *port,
                                             struct digest_context *context)
{
    DIGEST_SHA256(port, sha256_begin)(port, context);
}

/* -- hmac_sha256: RFC 2104 with SHA-256 ----------------------------------------------- */

HIL_PORT(digest_hmac_sha256);

typedef enum err digest_hmac_sha256_begin_fn(const struct digest_hmac_sha256 *,
                                             struct digest_context *, const uint8_t *,
                                             uint32_t);

struct digest_hmac_sha256_ops {
    digest_hmac_sha256_begin_fn *hmac_sha256_begin;
};

#ifdef DIGEST_HMAC_SHA256_SEALED
#define DIGEST_HMAC_SHA256(port, operation)                                            \
    HIL_JOIN(DIGEST_HMAC_SHA256_SEALED, operation)
digest_hmac_sha256_begin_fn DIGEST_HMAC_SHA256(, hmac_sha256_begin);
#else
#define DIGEST_HMAC_SHA256(port, operation) (port)->ops->operation
#endif

/** As digest_sha256_begin, with a key; nothing of it is kept but what the context needs.
 * SIZE: it has more than DIGEST_SHA256_KEY bytes, so its SHA-256 is to be used instead. */
HIL_CALL enum err digest_hmac_sha256_begin(const struct digest_hmac_sha256 *port,
                                           struct digest_context *context,
                                           const uint8_t *key, uint32_t len)
{
    return DIGEST_HMAC_SHA256(port, hmac_sha256_begin)(port, context, key, len);
}
