/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The system calls of board mps2_an386, for applications in C and assembly; generated,
 * do not edit. Command 0 of every driver tells whether it exists.
 */
#ifndef MPS2_AN386_SYSCALLS_H
#define MPS2_AN386_SYSCALLS_H

/* alarm: One alarm for each process, all on one alarm below. */
#define ALARM_DRIVER 0x0

/*
 * commands: frequency(), now(), stop(), set_relative(dt), set_absolute(reference, dt)
 */
#define ALARM_COMMAND_FREQUENCY 1
#define ALARM_COMMAND_NOW 2
#define ALARM_COMMAND_STOP 3
#define ALARM_COMMAND_SET_RELATIVE 5
#define ALARM_COMMAND_SET_ABSOLUTE 6

#define ALARM_UPCALL_FIRED 0

/* console: Text out and in for processes, each served in its turn. */
#define CONSOLE_DRIVER 0x1

/* commands: write(length), read(length), read_abort() */
#define CONSOLE_COMMAND_WRITE 1
#define CONSOLE_COMMAND_READ 2
#define CONSOLE_COMMAND_READ_ABORT 3

#define CONSOLE_ALLOW_RO_TEXT 1

#define CONSOLE_ALLOW_RW_LINE 1

#define CONSOLE_UPCALL_WRITTEN 1
#define CONSOLE_UPCALL_READ 2

/* leds: LEDs for processes, by index; nobody owns one. */
#define LEDS_DRIVER 0x2

/* commands: count(), turn_on(led), turn_off(led), toggle(led), read(led) */
#define LEDS_COMMAND_COUNT 0
#define LEDS_COMMAND_TURN_ON 1
#define LEDS_COMMAND_TURN_OFF 2
#define LEDS_COMMAND_TOGGLE 3
#define LEDS_COMMAND_READ 4

/*
 * debug: Numbers that a process can print without a buffer, a library or a working
 * stack.
 */
#define DEBUG_DRIVER 0x8

/* commands: alert(code), print(number), print_two(first, second) */
#define DEBUG_COMMAND_ALERT 1
#define DEBUG_COMMAND_PRINT 2
#define DEBUG_COMMAND_PRINT_TWO 3

#endif
