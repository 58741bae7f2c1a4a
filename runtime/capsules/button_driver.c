/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Who wants what is in the grants alone: with a process its wishes are gone. */
#include "capsules/button_driver.h"

#include "button_driver_abi.h"
#include "kernel/grant.h"
#include "kernel/upcall.h"
#include "lib/container.h"

/* What the process in a slot has enabled, one bit a button. */
static uint32_t enabled_by(const struct button_driver *self, uint8_t slot)
{
    struct process *process = process_in_slot(slot);
    const struct button_driver_grant *grant =
        process == NULL ? NULL : grant_get(process, self->driver);

    return grant == NULL ? 0 : grant->enabled;
}

static uint32_t enabled(const struct button_driver *self)
{
    uint32_t all = 0;

    for (uint8_t slot = 0; slot < process_slots(); slot++) {
        all |= enabled_by(self, slot);
    }
    return all;
}

static bool pressed(const struct button_driver *self, uint32_t button, bool high)
{
    return high != ((self->active_low >> button & 1u) != 0);
}

static void watch(const struct button_driver *self, uint32_t button)
{
    struct gpio_event *event = &self->events[button];

    event->client = &self->buttons_interrupt_client;
    event->edge = GPIO_EDGE_BOTH;
    gpio_pin_watch(&self->buttons_interrupt[button], event);
}

static void enable(const struct button_driver *self, struct process *process,
                   uint32_t button, struct command_result *result)
{
    struct button_driver_grant *grant = grant_enter(process, self->driver);
    uint32_t bit = UINT32_C(1) << button;

    if (grant == NULL) {
        command_failure(result, ERR_NOMEM);
        return;
    }
    if ((enabled(self) & bit) == 0) {
        watch(self, button);
    }
    grant->enabled |= bit;
    command_success(result);
}

static void disable(const struct button_driver *self, struct process *process,
                    uint32_t button, struct command_result *result)
{
    struct button_driver_grant *grant = grant_get(process, self->driver);
    uint32_t bit = UINT32_C(1) << button;

    if (grant != NULL) {
        grant->enabled &= ~bit;
    }
    if ((enabled(self) & bit) == 0) {
        gpio_pin_unwatch(&self->buttons_interrupt[button]);
    }
    command_success(result);
}

void button_driver_command(const struct button_driver *self, struct process *process,
                           const struct command *command, struct command_result *result)
{
    uint32_t button = command->arg[0];

    if (command->number == BUTTON_DRIVER_COMMAND_COUNT) {
        command_success_u32(result, self->buttons_count);
        return;
    }
    if (command->number > BUTTON_DRIVER_COMMAND_READ) {
        command_failure(result, ERR_NOSUPPORT);
        return;
    }
    if (button >= self->buttons_count) {
        command_failure(result, ERR_INVAL);
        return;
    }
    if (command->number == BUTTON_DRIVER_COMMAND_ENABLE) {
        enable(self, process, button, result);
    } else if (command->number == BUTTON_DRIVER_COMMAND_DISABLE) {
        disable(self, process, button, result);
    } else {
        bool high = gpio_pin_read(&self->buttons_input[button]);
        command_success_u32(result, pressed(self, button, high));
    }
}

void button_driver_exited(const struct button_driver *self, struct process_id id)
{
    uint32_t wanted = enabled(self);

    (void)id; /* its grant is gone, and with it what it had enabled */
    for (uint8_t button = 0; button < self->buttons_count; button++) {
        if ((wanted >> button & 1u) == 0) {
            gpio_pin_unwatch(&self->buttons_interrupt[button]);
        }
    }
}

void button_driver_changed(const struct gpio_interrupt_client *client,
                           struct gpio_event *event)
{
    const struct button_driver *self =
        container_of(client, struct button_driver, buttons_interrupt_client);
    uint32_t button = (uint32_t)(event - self->events);
    uint32_t down = pressed(self, button, event->level);

    for (uint8_t slot = 0; slot < process_slots(); slot++) {
        if ((enabled_by(self, slot) >> button & 1u) != 0) {
            process_upcall(process_in_slot(slot), self->driver,
                           BUTTON_DRIVER_UPCALL_CHANGED, button, down, 0);
        }
    }
}
