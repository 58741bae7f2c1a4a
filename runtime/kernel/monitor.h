/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What the monitors of a checked build share: the record of one operation on one edge, and
 * the rules of TRD3 it is held against. No file of a release build includes this.
 *
 * A monitor is a provider with one client. It lends a descriptor of its own, a copy of the
 * client's with its own client word, so that a completion too many, however late, comes to
 * the monitor and never to a client that has its descriptor back. The out-fields are copied
 * home with the completion. The first broken rule is reported, with both ends of the edge
 * and its line in the board file, and stops the machine.
 *
 * The generated monitors.c has the functions with the HIL's types; it fills in a struct
 * monitor_watch on the spot and calls a pair of these around each call of the provider.
 */
#pragma once

#include "abi/err.h"
#include "hil/port.h"

/** An edge as its report names it, const. */
struct monitor_edge {
    const char *client;   /* instance.port (component) */
    const char *provider; /* instance (component) */
    const char *place;    /* file:line of the board file */
    struct monitor_group *group;
    uint16_t turns; /* operations of other clients that may end while one of this edge's
                     * waits; 0: no bound is known */
};

/** What may change in a descriptor while it is lent. */
struct monitor_part {
    uint16_t at; /* bytes */
    uint16_t size;
};

#define MONITOR_PART(type, member)                                                     \
    {                                                                                  \
        (uint16_t) offsetof(type, member), (uint16_t)sizeof(((type *)0)->member)       \
    }

/** An operation, or an event, as its HIL declares it, const. */
struct monitor_operation {
    const char *name;                 /* interface, operation */
    uint16_t interface;               /* within its HIL */
    uint16_t size;                    /* of the descriptor, bytes */
    uint32_t errors;                  /* bit n: the start may return error n */
    uint32_t done_errors;             /* bit n: the completion may carry error n */
    const struct monitor_part *parts; /* the client word, then the out-fields */
    uint8_t part_count;
    bool once; /* an event: it disarms itself */
};

/** One operation of one edge, all-zero at the start. */
struct monitor_record {
    const struct monitor_edge *edge;
    const struct monitor_operation *operation;
    void *op;                    /* the client's descriptor; NULL: nothing is lent */
    struct monitor_record *next; /* in its group, while lent */
    uint32_t sum;                /* of what must not change in the descriptor */
    uint16_t passed;             /* operations of others that ended meanwhile */
    uint8_t calls;               /* of the provider that have not returned */
    bool cancelled;
};

/** What is lent to one provider through one HIL. */
struct monitor_group {
    struct monitor_record *lent;
};

struct monitor_watch {
    const struct monitor_edge *edge;
    const struct monitor_operation *operation;
    struct monitor_record *record;
    void *lent; /* the monitor's descriptor */
};

/** Before a start. True: lend the monitor's descriptor. False: the client's own is to be
 * refused, because an earlier one is lent, or it names no client. */
bool monitor_start(const struct monitor_watch *watch, void *op, const void *client);

/** After it; lent: the descriptor that was passed on. Returns err. */
enum err monitor_started(const struct monitor_watch *watch, const void *lent,
                         enum err err);

/** Around a cancel; begin returns whether op is lent. */
bool monitor_cancel(const struct monitor_watch *watch, const void *op);
enum err monitor_cancelled(const struct monitor_watch *watch, bool is_lent,
                           enum err err, const enum cancel *outcome);

/** In a completion: the client's descriptor, its own again. */
void *monitor_done(const struct monitor_watch *watch, const void *lent, enum err err);

/** Around the operation that arms an event, and the one that disarms it. */
void monitor_arm(const struct monitor_watch *watch, void *op);
void monitor_armed(const struct monitor_watch *watch, enum err err);
void monitor_disarm(const struct monitor_watch *watch);
void monitor_disarmed(const struct monitor_watch *watch);

/** In an event: the client's descriptor. */
void *monitor_event(const struct monitor_watch *watch, const void *lent);

/** After an operation that answers at once. */
enum err monitor_answered(const struct monitor_edge *edge,
                          const struct monitor_operation *operation, enum err err);

/** The control operation succeeded: nothing of `excluded` may be lent to its provider. */
void monitor_excluded(const struct monitor_edge *edge,
                      const struct monitor_operation *operation,
                      const struct monitor_operation *excluded);
