/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Looking at all processes, and ending and starting them: for components with the
 * capability process_management.
 *
 * What is asked for here is carried out by the kernel loop, after the handler that asked
 * has returned and the registers of whoever ran are saved; so a process may even have
 * itself ended. A process is named by its latest life. Of several wishes about one
 * process between two turns of the loop the first is carried out.
 */
#pragma once

#include "kernel/cap.h"
#include "kernel/driver.h"

enum process_control_state {
    PROCESS_CONTROL_RUNNING, /* or able to */
    PROCESS_CONTROL_WAITING, /* for an upcall */
    PROCESS_CONTROL_ENDED,   /* by itself or by stop */
    PROCESS_CONTROL_FAULTED, /* by the fault policy */
};

/** What is known of the process in a slot, alive or not. */
struct process_control_entry {
    struct process_id id; /* of its latest life */
    enum process_control_state state;
    uint32_t restarts;
    uint32_t dropped; /* upcalls lost to a full queue, in this life */
    const char *name; /* in its flash, not terminated, any bytes of UTF-8 */
    uint16_t name_len;
};

/** Fills entry; false if no process was ever in the slot (0 .. process_slots() - 1). */
bool process_control_look(const struct cap_process_management *cap, uint8_t slot,
                          struct process_control_entry *entry);

/** Ends a process. NODEVICE: there is no such life; ALREADY: it has ended; BUSY: something
 * else is about to happen to it. */
enum err process_control_stop(const struct cap_process_management *cap,
                              struct process_id id);

/** Starts a process that has ended, afresh and with no restart counted. NODEVICE;
 * ALREADY: it lives; BUSY. */
enum err process_control_start(const struct cap_process_management *cap,
                               struct process_id id);

/** Ends a process and starts it afresh; counted as a restart. NODEVICE; OFF: it does not
 * live; BUSY. */
enum err process_control_restart(const struct cap_process_management *cap,
                                 struct process_id id);
