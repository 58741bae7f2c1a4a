/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The kernel as capsules see it, with processes that a test moves by hand.
 *
 * One driver, FAKE_KERNEL_SLOTS slots. Process memory and grants are allocated one by one,
 * so that the sanitizer sees a use after the process has ended. A capsule's mistake (a
 * call for a process that is dead, a number out of range) is counted in fake_kernel_errors.
 */
#pragma once

#include "kernel/deferred.h"
#include "kernel/driver.h"
#include "kernel/grant.h"
#include "kernel/process_buffer.h"
#include "kernel/upcall.h"

#define FAKE_KERNEL_SLOTS 32u
#define FAKE_KERNEL_NUMBERS 4u
#define FAKE_KERNEL_UPCALLS 256u

struct fake_kernel_buffer {
    uint8_t *data;
    uint32_t len;
};

struct fake_kernel_upcall {
    uint32_t number;
    uint32_t arg[3];
};

struct process {
    struct process_id id;
    _Bool alive;
    _Bool out_of_memory; /* grants cannot be made */
    void *grant;         /* NULL: not made yet */
    struct fake_kernel_buffer ro[FAKE_KERNEL_NUMBERS];
    struct fake_kernel_buffer rw[FAKE_KERNEL_NUMBERS];
    uint32_t upcall_count;
    struct fake_kernel_upcall upcalls[FAKE_KERNEL_UPCALLS];
};

extern struct process fake_kernel_processes[FAKE_KERNEL_SLOTS];
extern uint32_t fake_kernel_errors;

/** All slots empty, generations go on. */
void fake_kernel_reset(void);

/** A new life in the slot, which is empty. */
struct process *fake_kernel_start(uint8_t slot);

/** Ends it: grant and buffers are gone. The caller tells the capsule, as the kernel does. */
struct process_id fake_kernel_end(uint8_t slot);

/** Takes the record of deferred calls: bit n, the one with index n is due. */
uint32_t fake_kernel_take_deferred(void);

/** Replaces an allowed buffer with len bytes of the process's own memory. */
uint8_t *fake_kernel_allow(struct fake_kernel_buffer *buffer, uint32_t len);
