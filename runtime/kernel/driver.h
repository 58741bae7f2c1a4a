/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What a capsule is to the kernel: a syscall driver, and how processes are named.
 *
 * A capsule's descriptor says syscall: and its const struct then has the member
 * .driver, which it passes back to the kernel wherever its own number is meant. The
 * capsule implements
 *
 *   void <file>_command(const struct <file> *, struct process *, const struct command *,
 *                       struct command_result *);
 *
 * for command numbers from 1. Command 0 (exists) is answered by the kernel, unless the
 * descriptor lists it because the answer is more than Success. A capsule may not keep the
 * struct process beyond the call: process_id names a process across handlers.
 */
#pragma once

#include "abi/err.h"
#include "abi/syscall.h"
#include <stdbool.h>
#include <stdint.h>

struct process;

/** Names one life of one process; a restart makes it stale. All-zero names nobody. */
struct process_id {
    uint8_t slot;
    uint16_t generation; /* 0 is never given out */
};

struct command {
    uint32_t number;
    uint32_t arg[2];
};

/** Variant as in abi/syscall.h; set by the functions below. */
struct command_result {
    uint32_t variant;
    uint32_t value[3];
};

/** Generated, in flash, one per driver of the board. */
struct syscall_driver {
    uint32_t number;
    void (*command)(struct process *, const struct command *, struct command_result *);
    void (*exited)(struct process_id); /* NULL: does not ask to be told */
    uint16_t grant_size;               /* bytes of the capsule's own struct */
    uint16_t pairs;                    /* upcalls + allow_ro + allow_rw */
    uint8_t
        grant; /* index of its grant in a process's table; DRIVER_NO_GRANT: no pairs */
    uint8_t upcalls;
    uint8_t allow_ro;
    uint8_t allow_rw;
    bool answers_exists; /* command 0 is for the driver: it says more than Success */
    uint8_t index; /* in order of the table, holes not counted: 0 .. drivers - 1 */
};

#define DRIVER_NO_GRANT 0xFFu

/** The process's name across handlers. */
struct process_id process_id(const struct process *process);

/** The process of that life, or NULL when it has ended. */
struct process *process_get(struct process_id id);

static inline bool process_id_equal(struct process_id a, struct process_id b)
{
    return a.slot == b.slot && a.generation == b.generation;
}

/** How many slots the board has: they are 0 .. count - 1. */
uint8_t process_slots(void);

/** The live process in a slot, or NULL. For walking over all of them. */
struct process *process_in_slot(uint8_t slot);

static inline void command_success(struct command_result *result)
{
    result->variant = RETURN_SUCCESS;
}

static inline void command_success_u32(struct command_result *result, uint32_t value)
{
    result->variant = RETURN_SUCCESS_U32;
    result->value[0] = value;
}

static inline void command_success_2u32(struct command_result *result, uint32_t first,
                                        uint32_t second)
{
    result->variant = RETURN_SUCCESS_2U32;
    result->value[0] = first;
    result->value[1] = second;
}

static inline void command_failure(struct command_result *result, enum err err)
{
    result->variant = RETURN_FAILURE;
    result->value[0] = (uint32_t)err;
}

/** Success when err is OK, else failure with it. */
static inline void command_status(struct command_result *result, enum err err)
{
    if (err == OK) {
        command_success(result);
    } else {
        command_failure(result, err);
    }
}
