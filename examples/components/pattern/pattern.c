/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "pattern/pattern.h"

#include "kernel/grant.h"
#include "kernel/process_buffer.h"
#include "kernel/upcall.h"
#include "lib/container.h"
#include "pattern_abi.h"

#define LIT '#'

static const struct process_id nobody;

/* Shows the next step and arms the alarm for its end. False: there is no next step. */
static bool show(const struct pattern *self, struct process *process, uint32_t now)
{
    struct time_deadline *deadline = &self->state->deadline;
    struct pattern_grant *grant = grant_get(process, self->driver);
    uint8_t step;

    if (process_buffer_read(process, self->driver, PATTERN_ALLOW_RO_STEPS, grant->shown,
                            &step, 1) == 0) {
        return false;
    }
    grant->shown++;
    led_light_set(&self->led, step == LIT);
    deadline->client = &self->timer_alarm_client;
    deadline->reference = now;
    deadline->dt = self->step_ticks;
    time_alarm_set(&self->timer_alarm, deadline);
    return true;
}

/* The alarm is not armed any more. */
static void end(const struct pattern *self)
{
    led_light_set(&self->led, false);
    self->state->player = nobody;
}

static enum err play(const struct pattern *self, struct process *process)
{
    struct pattern_grant *grant = grant_enter(process, self->driver);

    if (grant == NULL) {
        return ERR_NOMEM;
    }
    if (process_get(self->state->player) != NULL) {
        return ERR_BUSY;
    }
    grant->shown = 0;
    if (!show(self, process, time_counter_now(&self->timer_counter))) {
        return ERR_SIZE;
    }
    self->state->player = process_id(process);
    return OK;
}

static enum err stop(const struct pattern *self, struct process_id id)
{
    if (!process_id_equal(id, self->state->player)) {
        return ERR_ALREADY;
    }
    time_alarm_disarm(&self->timer_alarm);
    end(self);
    return OK;
}

void pattern_command(const struct pattern *self, struct process *process,
                     const struct command *command, struct command_result *result)
{
    switch (command->number) {
    case PATTERN_COMMAND_PLAY:
        command_status(result, play(self, process));
        break;
    case PATTERN_COMMAND_STOP:
        command_status(result, stop(self, process_id(process)));
        break;
    default:
        command_failure(result, ERR_NOSUPPORT);
        break;
    }
}

void pattern_exited(const struct pattern *self, struct process_id id)
{
    err_ignore(stop(self, id)); /* ALREADY: it was not the one that plays */
}

void pattern_step(const struct time_alarm_client *client,
                  struct time_deadline *deadline)
{
    const struct pattern *self =
        container_of(client, struct pattern, timer_alarm_client);
    struct process *process = process_get(self->state->player);

    /* From the end of the last step, not from now: steps do not add up to a drift. */
    if (process == NULL || show(self, process, deadline->reference + deadline->dt)) {
        return;
    }
    struct pattern_grant *grant = grant_get(process, self->driver);

    end(self);
    process_upcall(process, self->driver, PATTERN_UPCALL_PLAYED, grant->shown, 0, 0);
}
