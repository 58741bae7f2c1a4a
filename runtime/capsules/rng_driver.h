/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Random bytes for processes, a buffer of the kernel's a turn, turns round robin over the
 * slots: a large request waits for the others after each piece.
 *
 * Upcall: got (status, bytes in the process's buffer, 0). Status is 0, the source's error,
 * or SIZE when the buffer became too short; the bytes that had come stay.
 *
 * Invariant: data holds bytes only while a request to the source is under way; its end
 * wipes them, so what one process was given no other can see.
 */
#pragma once

#include "hil/rng.h"
#include "kernel/driver.h"
#include "lib/arbiter.h"

struct rng_driver_grant {
    uint32_t wanted; /* bytes asked for; 0: nothing outstanding */
    uint32_t got;    /* of these, bytes in the process's buffer */
};

struct rng_driver_state {
    struct rng_request request;
    struct arbiter turns; /* by slot; held while the request is under way */
    struct process_id active;
};

struct rng_driver {
    struct rng_driver_state *state;
    struct rng_bytes rng;
    struct rng_bytes_client rng_client;
    uint8_t *data;
    uint16_t data_size;
    const struct syscall_driver *driver;
};

void rng_driver_command(const struct rng_driver *self, struct process *process,
                        const struct command *command, struct command_result *result);
void rng_driver_filled(const struct rng_bytes_client *client,
                       struct rng_request *request, enum err err);
