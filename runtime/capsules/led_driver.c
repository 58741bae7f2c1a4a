/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "capsules/led_driver.h"

#include "led_driver_abi.h"

void led_driver_command(const struct led_driver *self, struct process *process,
                        const struct command *command, struct command_result *result)
{
    (void)process;
    uint32_t number = command->number;

    if (number == LED_DRIVER_COMMAND_COUNT) {
        command_success_u32(result, self->leds_count);
        return;
    }
    if (number < LED_DRIVER_COMMAND_TURN_ON || number > LED_DRIVER_COMMAND_READ) {
        command_failure(result, ERR_NOSUPPORT);
        return;
    }
    if (command->arg[0] >= self->leds_count) {
        command_failure(result, ERR_INVAL);
        return;
    }
    const struct led_light *led = &self->leds[command->arg[0]];
    if (number == LED_DRIVER_COMMAND_READ) {
        command_success_u32(result, led_light_is_on(led));
        return;
    }
    led_light_set(led,
                  number == LED_DRIVER_COMMAND_TURN_ON ||
                      (number == LED_DRIVER_COMMAND_TOGGLE && !led_light_is_on(led)));
    command_success(result);
}
