/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Numbers of alarm that processes use, from its descriptor; generated,
 * do not edit.
 */
#pragma once

#define ALARM_DRIVER 0x0u

/*
 * commands: frequency(), now(), stop(), set_relative(dt), set_absolute(reference, dt)
 */
#define ALARM_COMMAND_FREQUENCY 1u
#define ALARM_COMMAND_NOW 2u
#define ALARM_COMMAND_STOP 3u
#define ALARM_COMMAND_SET_RELATIVE 5u
#define ALARM_COMMAND_SET_ABSOLUTE 6u

#define ALARM_UPCALL_FIRED 0u
