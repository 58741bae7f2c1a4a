/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "kernel/process_control.h"

#include "kernel/internal/state.h"

#include <stddef.h>

static bool lives(const struct process *process)
{
    return process_in_slot(process->slot) == process;
}

/** The process whose latest life that is, ended or not; NULL: there is none. */
static struct process *named(struct process_id id)
{
    if (id.slot >= board_kernel.slots) {
        return NULL;
    }
    struct process *process = &board_kernel.processes[id.slot];

    return process->state != PROCESS_EMPTY && process->generation == id.generation
               ? process
               : NULL;
}

/** Has the loop do that to a process that lives, or to one that does not. */
static enum err act(struct process_id id, bool living, enum process_action action,
                    enum err otherwise)
{
    struct process *process = named(id);

    if (process == NULL) {
        return ERR_NODEVICE;
    }
    if (process->action != ACTION_NONE) {
        return ERR_BUSY;
    }
    if (lives(process) != living) {
        return otherwise;
    }
    process_act(process, action);
    return OK;
}

bool process_control_look(const struct cap_process_management *cap, uint8_t slot,
                          struct process_control_entry *entry)
{
    (void)cap;
    if (slot >= board_kernel.slots ||
        board_kernel.processes[slot].state == PROCESS_EMPTY) {
        return false;
    }
    const struct process *process = &board_kernel.processes[slot];

    static const uint8_t states[] = {
        [PROCESS_RUNNING] = PROCESS_CONTROL_RUNNING,
        [PROCESS_YIELDED] = PROCESS_CONTROL_WAITING,
        [PROCESS_WAITING] = PROCESS_CONTROL_WAITING,
        [PROCESS_FAULTED] = PROCESS_CONTROL_FAULTED,
        [PROCESS_TERMINATED] = PROCESS_CONTROL_ENDED,
    };

    *entry = (struct process_control_entry){
        .id = process_id(process),
        .state = (enum process_control_state)states[process->state],
        .restarts = process->restarts,
        .dropped = process->dropped,
        .name = process->name,
        .name_len = process->name_len,
    };
    return true;
}

enum err process_control_stop(const struct cap_process_management *cap,
                              struct process_id id)
{
    (void)cap;
    return act(id, true, ACTION_TERMINATE, ERR_ALREADY);
}

enum err process_control_start(const struct cap_process_management *cap,
                               struct process_id id)
{
    (void)cap;
    return act(id, false, ACTION_START, ERR_ALREADY);
}

enum err process_control_restart(const struct cap_process_management *cap,
                                 struct process_id id)
{
    (void)cap;
    return act(id, true, ACTION_RESTART, ERR_OFF);
}
