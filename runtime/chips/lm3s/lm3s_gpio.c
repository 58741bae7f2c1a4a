/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * An edge is taken back before the pin is read, so an edge that comes later is a new one
 * and the last event always tells how the pin is.
 */
#include "chips/lm3s/lm3s_gpio.h"

#include <stddef.h>

static void pull(const struct lm3s_gpio *self, uint32_t bit, uint32_t up, uint32_t down)
{
    uint32_t ups = self->registers->pull_up & ~bit;
    uint32_t downs = self->registers->pull_down & ~bit;

    self->registers->pull_up = ups | up;
    self->registers->pull_down = downs | down;
}

/* -- output and input ----------------------------------------------------------------- */

void lm3s_gpio_pin_write(const struct gpio_output *port, bool high)
{
    const struct lm3s_gpio *self = port->owner;
    uint32_t bit = UINT32_C(1) << port->index;

    self->registers->data[bit] = high ? bit : 0;
}

bool lm3s_gpio_pin_level(const struct gpio_output *port)
{
    const struct lm3s_gpio *self = port->owner;

    return self->registers->data[UINT32_C(1) << port->index] != 0;
}

bool lm3s_gpio_pin_read(const struct gpio_input *port)
{
    const struct lm3s_gpio *self = port->owner;

    return self->registers->data[UINT32_C(1) << port->index] != 0;
}

/* -- interrupt ------------------------------------------------------------------------ */

void lm3s_gpio_pin_unwatch(const struct gpio_interrupt *port)
{
    const struct lm3s_gpio *self = port->owner;

    self->registers->mask &= ~(UINT32_C(1) << port->index);
    self->state->events[port->index] = NULL;
}

void lm3s_gpio_pin_watch(const struct gpio_interrupt *port, struct gpio_event *event)
{
    const struct lm3s_gpio *self = port->owner;
    uint32_t bit = UINT32_C(1) << port->index;
    uint32_t both = self->registers->both_edges & ~bit;
    uint32_t rising = self->registers->rising & ~bit;

    lm3s_gpio_pin_unwatch(port);
    self->registers->both_edges = event->edge == GPIO_EDGE_BOTH ? both | bit : both;
    self->registers->rising = event->edge == GPIO_EDGE_RISING ? rising | bit : rising;
    self->registers->clear = bit; /* what came before was not watched */
    self->state->events[port->index] = event;
    self->registers->mask |= bit;
}

void lm3s_gpio_interrupt(const struct lm3s_gpio *self)
{
    for (uint32_t rest = self->registers->masked; rest != 0; rest &= rest - 1) {
        uint32_t pin = (uint32_t)__builtin_ctz(rest);
        uint32_t bit = UINT32_C(1) << pin;
        struct gpio_event *event = self->state->events[pin];
        if (event == NULL || (self->registers->masked & bit) == 0) {
            continue; /* a client of another pin ended this watch, or began a new one */
        }
        self->registers->clear = bit;
        event->level = self->registers->data[bit] != 0;
        gpio_pin_changed(event);
    }
}

/* -- configure ------------------------------------------------------------------------ */

void lm3s_gpio_pin_make_output(const struct gpio_configure *port)
{
    const struct lm3s_gpio *self = port->owner;
    uint32_t bit = UINT32_C(1) << port->index;

    pull(self, bit, 0, 0);
    self->registers->direction |= bit;
    self->registers->digital |= bit;
}

enum err lm3s_gpio_pin_make_input(const struct gpio_configure *port,
                                  enum gpio_pull resistor)
{
    const struct lm3s_gpio *self = port->owner;
    uint32_t bit = UINT32_C(1) << port->index;

    self->registers->direction &= ~bit;
    pull(self, bit, resistor == GPIO_PULL_UP ? bit : 0,
         resistor == GPIO_PULL_DOWN ? bit : 0);
    self->registers->digital |= bit;
    return OK;
}

void lm3s_gpio_pin_disable(const struct gpio_configure *port)
{
    const struct lm3s_gpio *self = port->owner;
    uint32_t bit = UINT32_C(1) << port->index;

    self->registers->direction &= ~bit;
    pull(self, bit, 0, 0);
    self->registers->digital &= ~bit;
}

enum err lm3s_gpio_init(const struct lm3s_gpio *self)
{
    uint32_t outputs = self->outputs & ~(uint32_t)self->configurable;

    self->registers->mask = 0;
    self->registers->by_level &= ~(uint32_t)self->used;
    self->registers->alternate &= ~(uint32_t)self->used;
    self->registers->data[outputs] = self->active_low;
    self->registers->direction |= outputs;
    pull(self, self->used, self->pull_up, self->pull_down);
    self->registers->digital |= self->used;
    return OK;
}

const struct gpio_output_ops lm3s_gpio_output_ops = {
    .pin_write = lm3s_gpio_pin_write,
    .pin_level = lm3s_gpio_pin_level,
};

const struct gpio_input_ops lm3s_gpio_input_ops = {
    .pin_read = lm3s_gpio_pin_read,
};

const struct gpio_interrupt_ops lm3s_gpio_interrupt_ops = {
    .pin_watch = lm3s_gpio_pin_watch,
    .pin_unwatch = lm3s_gpio_pin_unwatch,
};

const struct gpio_configure_ops lm3s_gpio_configure_ops = {
    .pin_make_output = lm3s_gpio_pin_make_output,
    .pin_make_input = lm3s_gpio_pin_make_input,
    .pin_disable = lm3s_gpio_pin_disable,
};
