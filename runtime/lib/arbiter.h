/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The policy of every queue-like virtualizer: who of up to 32 clients is served next.
 *
 * Round robin from the successor of the last served, that one included last, in constant
 * time. It knows indices only; slots, buffers and errors are the adapter's. The resource
 * stays held until the adapter says pass or release, so a start made inside a completion
 * queues behind the others. All-zero is idle and empty.
 *
 * Invariant: waiting != 0 implies held; bit last of waiting may be set while held (the
 * holder asked again).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define ARBITER_CLIENTS 32u

struct arbiter {
    uint32_t waiting; /* bit n: client n has a request queued */
    uint8_t last;     /* the holder, or who held it last */
    bool held;
};

/** True: the resource was idle and is client's now. False: it waits its turn. */
bool arbiter_take(struct arbiter *arbiter, uint8_t client);

/** Hands the resource on. True: arbiter->last is the next holder. False: idle now. */
bool arbiter_pass(struct arbiter *arbiter);

/** Takes client out of the queue; false when it was not queued. */
bool arbiter_drop(struct arbiter *arbiter, uint8_t client);

/** Walks the invariants; for tests. */
bool arbiter_check(const struct arbiter *arbiter);
