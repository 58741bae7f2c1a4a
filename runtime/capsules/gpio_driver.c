/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A process that has a pin has a grant, too, though there is nothing in it: that is how
 * the kernel knows whom to tell of its end.
 */
#include "capsules/gpio_driver.h"

#include "gpio_driver_abi.h"
#include "kernel/grant.h"
#include "kernel/upcall.h"
#include "lib/container.h"

/* As processes say it, in the order of Tock's numbers. */
static const enum gpio_pull pulls[] = {GPIO_PULL_NONE, GPIO_PULL_UP, GPIO_PULL_DOWN};
static const enum gpio_edge edges[] = {GPIO_EDGE_BOTH, GPIO_EDGE_RISING,
                                       GPIO_EDGE_FALLING};

#define PULLS (sizeof(pulls) / sizeof(pulls[0]))
#define EDGES (sizeof(edges) / sizeof(edges[0]))

static const struct process_id nobody;

static void give_back(const struct gpio_driver *self, uint32_t pin)
{
    gpio_pin_unwatch(&self->pins_interrupt[pin]);
    gpio_pin_disable(&self->pins_configure[pin]);
    self->uses[pin].owner = nobody;
}

static void watch(const struct gpio_driver *self, uint32_t pin, enum gpio_edge edge)
{
    struct gpio_event *event = &self->uses[pin].event;

    gpio_pin_unwatch(&self->pins_interrupt[pin]);
    event->client = &self->pins_interrupt_client;
    event->edge = (uint8_t)edge;
    gpio_pin_watch(&self->pins_interrupt[pin], event);
}

/* The commands that change a pin of the caller's, or one that is to become it. */
static enum err change(const struct gpio_driver *self, uint32_t pin,
                       const struct command *command)
{
    const struct gpio_output *output = &self->pins_output[pin];
    uint32_t how = command->arg[1];

    switch (command->number) {
    case GPIO_DRIVER_COMMAND_MAKE_OUTPUT:
        gpio_pin_make_output(&self->pins_configure[pin]);
        return OK;
    case GPIO_DRIVER_COMMAND_SET:
        gpio_pin_write(output, true);
        return OK;
    case GPIO_DRIVER_COMMAND_CLEAR:
        gpio_pin_write(output, false);
        return OK;
    case GPIO_DRIVER_COMMAND_TOGGLE:
        gpio_pin_write(output, !gpio_pin_level(output));
        return OK;
    case GPIO_DRIVER_COMMAND_MAKE_INPUT:
        return how < PULLS ? gpio_pin_make_input(&self->pins_configure[pin], pulls[how])
                           : ERR_NOSUPPORT;
    default: /* GPIO_DRIVER_COMMAND_WATCH */
        if (how >= EDGES) {
            return ERR_NOSUPPORT;
        }
        watch(self, pin, edges[how]);
        return OK;
    }
}

static enum err take_and_change(const struct gpio_driver *self, struct process *process,
                                uint32_t pin, const struct command *command)
{
    if (grant_enter(process, self->driver) == NULL) {
        return ERR_NOMEM;
    }
    enum err err = change(self, pin, command);
    if (err == OK) {
        self->uses[pin].owner = process_id(process);
    }
    return err;
}

void gpio_driver_command(const struct gpio_driver *self, struct process *process,
                         const struct command *command, struct command_result *result)
{
    uint32_t pin = command->arg[0];

    if (command->number == GPIO_DRIVER_COMMAND_COUNT) {
        command_success_u32(result, self->pins_count);
        return;
    }
    if (command->number > GPIO_DRIVER_COMMAND_COUNT) {
        command_failure(result, ERR_NOSUPPORT);
        return;
    }
    if (pin >= self->pins_count) {
        command_failure(result, ERR_INVAL);
        return;
    }
    struct process_id owner = self->uses[pin].owner;
    bool owned = !process_id_equal(owner, nobody);
    if (owned && !process_id_equal(owner, process_id(process))) {
        command_failure(result, ERR_RESERVE);
        return;
    }
    switch (command->number) {
    case GPIO_DRIVER_COMMAND_READ:
        command_success_u32(result, gpio_pin_read(&self->pins_input[pin]));
        break;
    case GPIO_DRIVER_COMMAND_UNWATCH:
        if (owned) {
            gpio_pin_unwatch(&self->pins_interrupt[pin]);
            gpio_pin_disable(&self->pins_configure[pin]);
        }
        command_success(result);
        break;
    case GPIO_DRIVER_COMMAND_DISABLE:
        if (owned) {
            give_back(self, pin);
        }
        command_success(result);
        break;
    default:
        command_status(result, take_and_change(self, process, pin, command));
        break;
    }
}

void gpio_driver_exited(const struct gpio_driver *self, struct process_id id)
{
    for (uint32_t pin = 0; pin < self->pins_count; pin++) {
        if (process_id_equal(self->uses[pin].owner, id)) {
            give_back(self, pin);
        }
    }
}

void gpio_driver_changed(const struct gpio_interrupt_client *client,
                         struct gpio_event *event)
{
    const struct gpio_driver *self =
        container_of(client, struct gpio_driver, pins_interrupt_client);
    const struct gpio_driver_use *use =
        container_of(event, struct gpio_driver_use, event);
    struct process *process = process_get(use->owner);

    if (process != NULL) {
        process_upcall(process, self->driver, GPIO_DRIVER_UPCALL_CHANGED,
                       (uint32_t)(use - self->uses), event->level, 0);
    }
}
