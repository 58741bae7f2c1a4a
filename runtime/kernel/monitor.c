/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The record is filled before the provider is called, so that a completion inside the call
 * finds it; it is linked into its group only once the provider has said OK.
 */
#include "kernel/monitor.h"

#include "kernel/internal/report.h"
#include "lib/memory.h"

#include <stddef.h>

#define COMPLETED_IN_CALL                                                              \
    "monitor: %s: completed inside a call of its provider (TRD3 rule 1)"
#define UNDECLARED_START                                                               \
    "monitor: %s: its provider returned error %u, not declared (TRD3 rule 2)"
#define SECOND_ACCEPTED                                                                \
    "monitor: %s: a second one was accepted while the first is lent: that is lost "    \
    "(TRD3 rule 3)"
#define NOBODY_TOLD                                                                    \
    "monitor: %s: accepted although it names no client to tell (TRD3 rule 12)"
#define BUSY_FOR_NOTHING                                                               \
    "monitor: %s: BUSY although this client has nothing outstanding (TRD3 rule 3)"
#define CANCEL_LOST                                                                    \
    "monitor: %s: a cancel found nothing although it is lent: it is lost (TRD3 rule "  \
    "3)"
#define CANCEL_INVENTED                                                                \
    "monitor: %s: a cancel promised a completion of what is not lent (TRD3 rule 3)"
#define COMPLETED_TWICE "monitor: %s: completed although nothing is lent (TRD3 rule 3)"
#define WRONG_DESCRIPTOR                                                               \
    "monitor: %s: completed with a descriptor that was not lent (TRD3 rule 7)"
#define UNDECLARED_DONE                                                                \
    "monitor: %s: completed with error %u, not declared (TRD3 rule 6)"
#define CANCEL_UNASKED                                                                 \
    "monitor: %s: completed with CANCEL although nobody cancelled it (TRD3 rule 3)"
#define CANCEL_BROKEN                                                                  \
    "monitor: %s: was cancelled, but completed with error %u (TRD3 rule 3)"
#define CLIENT_CHANGED                                                                 \
    "monitor: %s: its client changed the descriptor while it was lent (TRD3 rules 4, " \
    "5, 7)"
#define PROVIDER_CHANGED                                                               \
    "monitor: %s: its provider changed the descriptor beside its out-fields (TRD3 "    \
    "rules 4, 5, 7)"
#define STARVED                                                                        \
    "monitor: %s: still waits after %u operations of other clients ended (fairness)"
#define EVENT_IN_CALL "monitor: %s: came inside a call of its provider (TRD3 rule 1)"
#define EVENT_UNARMED "monitor: %s: came although it is not armed (TRD3 rule 3)"
#define EVENT_DESCRIPTOR                                                               \
    "monitor: %s: came with a descriptor that was not armed (TRD3 rule 7)"
#define EXCLUDED "monitor: %s: succeeded during %s (TRD3 rule 9)"

/* Reports and stops. format has %s for the operation, then may have %u or %s for value. */
static _Noreturn void broken(const struct monitor_edge *edge, const char *operation,
                             const char *format, uintptr_t value)
{
    report_line("monitor: %s -> %s, %s", edge->client, edge->provider, edge->place);
    report_line(format, operation, value);
    arch_halt();
}

static _Noreturn void watch_broken(const struct monitor_watch *watch,
                                   const char *format, uintptr_t value)
{
    broken(watch->edge, watch->operation->name, format, value);
}

static bool declared(uint32_t errors, enum err err)
{
    return err == OK || ((uint32_t)err < 32u && (errors >> (uint32_t)err & 1u) != 0);
}

/* Of every byte that must not change. */
static uint32_t sum(const struct monitor_operation *operation, const void *descriptor)
{
    const uint8_t *bytes = descriptor;
    uint32_t result = 0;

    for (uint32_t at = 0; at < operation->size; at++) {
        bool may_change = false;

        for (uint32_t i = 0; i < operation->part_count; i++) {
            const struct monitor_part *part = &operation->parts[i];

            may_change |= at >= part->at && at - part->at < part->size;
        }
        if (!may_change) {
            result = (result << 5 | result >> 27) * 0x9E3779B1u + bytes[at];
        }
    }
    return result;
}

static void unchanged(const struct monitor_watch *watch)
{
    const struct monitor_record *record = watch->record;

    if (sum(watch->operation, record->op) != record->sum) {
        watch_broken(watch, CLIENT_CHANGED, 0);
    }
    if (sum(watch->operation, watch->lent) != record->sum) {
        watch_broken(watch, PROVIDER_CHANGED, 0);
    }
}

static void link_in(struct monitor_record *record)
{
    struct monitor_group *group = record->edge->group;

    record->next = group->lent;
    group->lent = record;
}

static void take_out(struct monitor_record *record)
{
    struct monitor_record **link = &record->edge->group->lent;

    while (*link != NULL && *link != record) {
        link = &(*link)->next;
    }
    if (*link != NULL) {
        *link = record->next;
    }
}

/* The out-fields: all parts but the client word. */
static void bring_home(const struct monitor_watch *watch, uint8_t *op)
{
    for (uint32_t i = 1; i < watch->operation->part_count; i++) {
        const struct monitor_part *part = &watch->operation->parts[i];

        memcpy(op + part->at, (const uint8_t *)watch->lent + part->at, part->size);
    }
}

static void fill(const struct monitor_watch *watch, void *op)
{
    struct monitor_record *record = watch->record;

    record->edge = watch->edge;
    record->operation = watch->operation;
    record->op = op;
    record->sum = sum(watch->operation, op);
    record->passed = 0;
    record->cancelled = false;
    memcpy(watch->lent, op, watch->operation->size);
}

/* -- operations ---------------------------------------------------------------------- */

bool monitor_start(const struct monitor_watch *watch, void *op, const void *client)
{
    watch->record->calls++;
    if (watch->record->op != NULL || client == NULL) {
        return false;
    }
    fill(watch, op);
    return true;
}

static bool another_is_lent(const struct monitor_watch *watch)
{
    const struct monitor_record *record = watch->edge->group->lent;

    while (record != NULL && record->edge != watch->edge) {
        record = record->next;
    }
    return record != NULL;
}

enum err monitor_started(const struct monitor_watch *watch, const void *lent,
                         enum err err)
{
    struct monitor_record *record = watch->record;

    record->calls--;
    if (!declared(watch->operation->errors, err)) {
        watch_broken(watch, UNDECLARED_START, (uintptr_t)err);
    }
    if (lent != watch->lent) {
        if (err == OK) {
            watch_broken(watch, record->op == NULL ? NOBODY_TOLD : SECOND_ACCEPTED, 0);
        }
        return err;
    }
    unchanged(watch);
    if (err == ERR_BUSY && !another_is_lent(watch)) {
        watch_broken(watch, BUSY_FOR_NOTHING, 0);
    }
    if (err == OK) {
        link_in(record);
    } else {
        record->op = NULL;
    }
    return err;
}

bool monitor_cancel(const struct monitor_watch *watch, const void *op)
{
    watch->record->calls++;
    return op != NULL && op == watch->record->op;
}

enum err monitor_cancelled(const struct monitor_watch *watch, bool is_lent,
                           enum err err, const enum cancel *outcome)
{
    struct monitor_record *record = watch->record;

    record->calls--;
    if (is_lent && err != OK) {
        watch_broken(watch, CANCEL_LOST, 0);
    }
    if (!is_lent && err == OK) {
        watch_broken(watch, CANCEL_INVENTED, 0);
    }
    if (err == OK && *outcome == CANCELLED) {
        record->cancelled = true;
    }
    return err;
}

/* One operation has been served: everybody else's has waited for one more. */
static void count_turn(const struct monitor_record *served)
{
    struct monitor_record *record = served->edge->group->lent;

    for (; record != NULL; record = record->next) {
        const struct monitor_edge *edge = record->edge;

        if (record->operation->interface != served->operation->interface ||
            edge == served->edge || record->cancelled || edge->turns == 0) {
            continue;
        }
        if (++record->passed > edge->turns) {
            broken(edge, record->operation->name, STARVED, record->passed);
        }
    }
}

void *monitor_done(const struct monitor_watch *watch, const void *lent, enum err err)
{
    struct monitor_record *record = watch->record;
    const struct monitor_operation *operation = watch->operation;
    uint8_t *op = record->op;

    if (record->calls != 0) {
        watch_broken(watch, COMPLETED_IN_CALL, 0);
    }
    if (op == NULL) {
        watch_broken(watch, COMPLETED_TWICE, 0);
    }
    if (lent != watch->lent) {
        watch_broken(watch, WRONG_DESCRIPTOR, 0);
    }
    if (!declared(operation->done_errors, err)) {
        watch_broken(watch, UNDECLARED_DONE, (uintptr_t)err);
    }
    if (err == ERR_CANCEL && !record->cancelled) {
        watch_broken(watch, CANCEL_UNASKED, 0);
    }
    if (err != ERR_CANCEL && record->cancelled) {
        watch_broken(watch, CANCEL_BROKEN, (uintptr_t)err);
    }
    unchanged(watch);
    bring_home(watch, op);
    take_out(record);
    record->op = NULL;
    if (err == OK) {
        count_turn(record);
    }
    return op;
}

/* -- armed events -------------------------------------------------------------------- */

void monitor_arm(const struct monitor_watch *watch, void *op)
{
    watch->record->calls++;
    fill(watch, op);
}

void monitor_armed(const struct monitor_watch *watch, enum err err)
{
    watch->record->calls--;
    if (err != OK) {
        watch->record->op = NULL;
    }
}

void monitor_disarm(const struct monitor_watch *watch)
{
    watch->record->calls++;
}

void monitor_disarmed(const struct monitor_watch *watch)
{
    watch->record->calls--;
    watch->record->op = NULL;
}

void *monitor_event(const struct monitor_watch *watch, const void *lent)
{
    struct monitor_record *record = watch->record;
    void *op = record->op;

    if (record->calls != 0) {
        watch_broken(watch, EVENT_IN_CALL, 0);
    }
    if (op == NULL) {
        watch_broken(watch, EVENT_UNARMED, 0);
    }
    if (lent != watch->lent) {
        watch_broken(watch, EVENT_DESCRIPTOR, 0);
    }
    unchanged(watch);
    bring_home(watch, op);
    if (watch->operation->once) {
        record->op = NULL;
    }
    return op;
}

/* -- operations that answer at once --------------------------------------------------- */

enum err monitor_answered(const struct monitor_edge *edge,
                          const struct monitor_operation *operation, enum err err)
{
    if (!declared(operation->errors, err)) {
        broken(edge, operation->name, UNDECLARED_START, (uintptr_t)err);
    }
    return err;
}

void monitor_excluded(const struct monitor_edge *edge,
                      const struct monitor_operation *operation,
                      const struct monitor_operation *excluded)
{
    const struct monitor_record *record = edge->group->lent;

    for (; record != NULL; record = record->next) {
        if (record->operation == excluded) {
            broken(edge, operation->name, EXCLUDED, (uintptr_t)excluded->name);
        }
    }
}
