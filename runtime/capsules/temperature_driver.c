/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "capsules/temperature_driver.h"

#include "kernel/grant.h"
#include "kernel/upcall.h"
#include "lib/container.h"
#include "temperature_driver_abi.h"

/* To the nearest hundredth, halves away from zero. */
static int32_t hundredths(int32_t thousandths)
{
    int32_t rest = thousandths % 10;

    return thousandths / 10 + (rest >= 5) - (rest <= -5);
}

void temperature_driver_measured(const struct temperature_sensor_client *client,
                                 struct temperature_reading *reading, enum err err)
{
    const struct temperature_driver *self =
        container_of(client, struct temperature_driver, temperature_client);
    int32_t value = err == OK ? hundredths(reading->millicelsius) : INT32_MIN;
    uint32_t waiting = self->state->waiting;

    self->state->waiting = 0;
    for (; waiting != 0; waiting &= waiting - 1) {
        struct process *process = process_in_slot((uint8_t)__builtin_ctz(waiting));
        struct temperature_driver_grant *grant =
            process == NULL ? NULL : grant_get(process, self->driver);

        if (grant != NULL && grant->waits) { /* not so in another life */
            grant->waits = false;
            process_upcall(process, self->driver, TEMPERATURE_DRIVER_UPCALL_MEASURED,
                           (uint32_t)value, (uint32_t)err, 0);
        }
    }
}

static enum err measure(const struct temperature_driver *self, struct process *process)
{
    struct temperature_driver_state *state = self->state;
    struct temperature_driver_grant *grant = grant_enter(process, self->driver);

    if (grant == NULL) {
        return ERR_NOMEM;
    }
    if (state->waiting == 0) {
        state->reading.client = &self->temperature_client;
        enum err err = temperature_measure(&self->temperature, &state->reading);
        if (err != OK) {
            return err;
        }
    }
    state->waiting |= UINT32_C(1) << process_id(process).slot;
    grant->waits = true;
    return OK;
}

void temperature_driver_command(const struct temperature_driver *self,
                                struct process *process, const struct command *command,
                                struct command_result *result)
{
    if (command->number == TEMPERATURE_DRIVER_COMMAND_MEASURE) {
        command_status(result, measure(self, process));
    } else {
        command_failure(result, ERR_NOSUPPORT);
    }
}
