/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A process as the kernel sees it. Capsules never do.
 *
 * Its block, low to high: what it owns [ram_start, app_brk), a gap, its grants (growing
 * down from kern_brk), its upcall queue, its grant table, block end.
 *
 * Invariants: ram_start + ARCH_MIN_APP_RAM <= app_brk <= reach <= kern_brk; high_water <=
 * app_brk; the slot's bit in kernel_state.ready is set exactly when state is RUNNING; the
 * queue is empty when state is YIELDED; a slot's bit in kernel_state.actions is set exactly
 * when action is not ACTION_NONE.
 */
#pragma once

#include "arch/arch.h"
#include "kernel/driver.h"

enum process_state {
    PROCESS_EMPTY, /* the slot was never used */
    PROCESS_RUNNING,
    PROCESS_YIELDED,    /* for any upcall */
    PROCESS_WAITING,    /* for the upcall waits_for */
    PROCESS_FAULTED,    /* ended by the fault policy */
    PROCESS_TERMINATED, /* ended by itself */
};

/** What the loop shall do to a process once its registers are saved. */
enum process_action {
    ACTION_NONE,
    ACTION_FAULT,
    ACTION_TERMINATE,
    ACTION_RESTART,
    ACTION_START, /* the one that is for a process that does not live */
};

#define UPCALL_QUEUE_LENGTH 10u

/** Events that the process has not taken; in its block. */
struct upcall_queue {
    uint32_t args[UPCALL_QUEUE_LENGTH][3]; /* the driver's */
    uint16_t ids[UPCALL_QUEUE_LENGTH];     /* see upcall_id() */
};

#define UPCALL_NEVER 0xFFFFu /* no driver's: DRIVER_NO_GRANT is no index */

/** A pair as subscribe and allow swap it: function and appdata, or address and length. */
struct swap_pair {
    uint32_t first;
    uint32_t second;
};

#define APP_NONE 0xFFu

#define OPEN_DRIVERS 16u /* that process.open has bits for; the others are 0 */

struct process {
    struct arch_process arch; /* first: the architecture knows a process by it */
    struct arch_block block;
    uint32_t kern_brk;
    uint32_t high_water; /* end of the highest buffer ever allowed */
    struct swap_pair **grants;
    struct upcall_queue *queue;
    uint8_t queue_count;
    uint8_t slot;
    uint8_t state;
    uint8_t action;
    uint8_t app; /* number of the board's application; APP_NONE: none of them */
    uint16_t generation;
    uint16_t waits_for; /* upcall id, while WAITING */
    uint16_t dropped;   /* upcalls lost to a full queue; stays at its most */
    uint16_t open;      /* bit n: the filter need not be asked about driver index n */
    uint16_t header_size;
    uint16_t name_len;
    uint16_t flash_regions;           /* writeable ones */
    const uint32_t *flash_region_tlv; /* offset and size of each */
    uint32_t protected_size;          /* of the TBF: header and protected trailer */
    uint32_t entry;
    uint32_t restarts;
    uint32_t completion_code;
    const char *name; /* in its flash, not terminated */
};

/** Marks a process for the loop and requests it. The first of two actions stays. */
void process_act(struct process *process, enum process_action action);

/** Opens its memory, zeroes what it can reach and prepares its first instruction: for a
 * new process and for a restarted one. False: its memory cannot be protected. */
bool process_start(struct process *process);

/** Ends its life: hooks of its drivers, queue, grants. The slot keeps its memory. */
void process_end(struct process *process, enum process_state state);

/** Carries out what process_act asked for. */
void process_action_run(struct process *process);

/** Whether [address, address + len) is memory the process owns. */
static inline bool process_owns_ram(const struct process *process, uint32_t address,
                                    uint32_t len)
{
    const struct arch_limits *limits = &process->arch.limits;

    return address >= limits->ram_start && address <= limits->app_brk &&
           len <= limits->app_brk - address;
}

/** Whether [address, address + len) is in its flash, its header left out. */
static inline bool process_owns_flash(const struct process *process, uint32_t address,
                                      uint32_t len)
{
    const struct arch_limits *limits = &process->arch.limits;

    return address >= limits->flash_start + process->protected_size &&
           address <= limits->flash_end && len <= limits->flash_end - address;
}
