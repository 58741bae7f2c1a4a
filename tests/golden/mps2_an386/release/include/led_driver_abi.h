/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Numbers of led_driver that processes use, from its descriptor; generated,
 * do not edit.
 */
#pragma once

#define LED_DRIVER_DRIVER 0x2u

/* commands: count(), turn_on(led), turn_off(led), toggle(led), read(led) */
#define LED_DRIVER_COMMAND_COUNT 0u
#define LED_DRIVER_COMMAND_TURN_ON 1u
#define LED_DRIVER_COMMAND_TURN_OFF 2u
#define LED_DRIVER_COMMAND_TOGGLE 3u
#define LED_DRIVER_COMMAND_READ 4u
