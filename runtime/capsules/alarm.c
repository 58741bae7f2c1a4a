/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "capsules/alarm.h"

#include "alarm_abi.h"
#include "kernel/grant.h"
#include "kernel/upcall.h"
#include "lib/container.h"

/* The most that the alarm below is armed for. */
#define LEG_TICKS 0x80000000u

/* Nothing is armed below. */
static void arm(const struct alarm *self, uint32_t now, uint32_t left)
{
    struct time_deadline *deadline = &self->state->deadline;

    deadline->client = &self->timer_alarm_client;
    deadline->reference = now;
    deadline->dt = left < LEG_TICKS ? left : LEG_TICKS;
    time_alarm_set(&self->timer_alarm, deadline);
}

static void set(const struct alarm *self, struct process *process, uint32_t now,
                uint32_t reference, uint32_t dt, struct command_result *result)
{
    struct alarm_state *state = self->state;
    struct alarm_grant *grant = grant_enter(process, self->driver);

    if (grant == NULL) {
        command_failure(result, ERR_NOMEM);
        return;
    }
    uint32_t expiry = reference + dt;
    bool future = now - reference < dt;
    uint32_t left = future ? expiry - now : 0;
    grant->reference = future ? now : expiry;
    grant->dt = left;
    if (state->armed == 0) {
        arm(self, now, left);
    } else {
        uint32_t passed = now - state->deadline.reference;
        if (passed < state->deadline.dt && left < state->deadline.dt - passed) {
            time_alarm_disarm(&self->timer_alarm);
            arm(self, now, left);
        }
    }
    state->armed |= UINT32_C(1) << process_id(process).slot;
    command_success_u32(result, expiry);
}

/* True: an alarm was armed there. The alarm below may come early then, which costs one
 * look at all of them. */
static bool forget(const struct alarm *self, uint8_t slot)
{
    struct alarm_state *state = self->state;
    uint32_t bit = UINT32_C(1) << slot;

    if ((state->armed & bit) == 0) {
        return false;
    }
    state->armed &= ~bit;
    if (state->armed == 0) {
        time_alarm_disarm(&self->timer_alarm);
    }
    return true;
}

void alarm_command(const struct alarm *self, struct process *process,
                   const struct command *command, struct command_result *result)
{
    uint32_t now;

    switch (command->number) {
    case ALARM_COMMAND_FREQUENCY:
        command_success_u32(result, self->frequency_hz);
        break;
    case ALARM_COMMAND_NOW:
        command_success_u32(result, time_counter_now(&self->timer_counter));
        break;
    case ALARM_COMMAND_STOP:
        command_status(result,
                       forget(self, process_id(process).slot) ? OK : ERR_ALREADY);
        break;
    case ALARM_COMMAND_SET_RELATIVE:
        now = time_counter_now(&self->timer_counter);
        set(self, process, now, now, command->arg[0], result);
        break;
    case ALARM_COMMAND_SET_ABSOLUTE:
        now = time_counter_now(&self->timer_counter);
        set(self, process, now, command->arg[0], command->arg[1], result);
        break;
    default:
        command_failure(result, ERR_NOSUPPORT);
        break;
    }
}

void alarm_exited(const struct alarm *self, struct process_id id)
{
    forget(self, id.slot);
}

/* Ticks left for the process in slot; 0: its alarm has gone off, or it has none. */
static uint32_t serve(const struct alarm *self, uint8_t slot, uint32_t now)
{
    struct process *process = process_in_slot(slot);
    struct alarm_grant *grant =
        process == NULL ? NULL : grant_get(process, self->driver);

    if (grant == NULL) {
        return 0;
    }
    uint32_t expiry = grant->reference + grant->dt;
    if (now - grant->reference < grant->dt) {
        grant->reference = now;
        grant->dt = expiry - now;
        return grant->dt;
    }
    process_upcall(process, self->driver, ALARM_UPCALL_FIRED, now, expiry, 0);
    return 0;
}

void alarm_fired(const struct time_alarm_client *client, struct time_deadline *deadline)
{
    const struct alarm *self = container_of(client, struct alarm, timer_alarm_client);
    struct alarm_state *state = self->state;
    uint32_t now = time_counter_now(&self->timer_counter);
    uint32_t earliest = UINT32_MAX;

    (void)deadline; /* our only one */
    for (uint32_t rest = state->armed; rest != 0; rest &= rest - 1) {
        uint32_t left = serve(self, (uint8_t)__builtin_ctz(rest), now);
        if (left == 0) {
            state->armed &= ~(rest & (~rest + 1)); /* its lowest bit */
        } else if (left < earliest) {
            earliest = left;
        }
    }
    if (state->armed != 0) {
        arm(self, now, earliest);
    }
}
