/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "devices/led_gpio.h"

void led_gpio_light_set(const struct led_light *port, bool on)
{
    const struct led_gpio *self = port->owner;

    gpio_pin_write(&self->pin, on != self->active_low);
}

bool led_gpio_light_is_on(const struct led_light *port)
{
    const struct led_gpio *self = port->owner;

    return gpio_pin_level(&self->pin) != self->active_low;
}

const struct led_light_ops led_gpio_light_ops = {
    .light_set = led_gpio_light_set,
    .light_is_on = led_gpio_light_is_on,
};
