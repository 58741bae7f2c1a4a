/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Numbers of console that processes use, from its descriptor; generated,
 * do not edit.
 */
#pragma once

#define CONSOLE_DRIVER 0x1u

/* commands: write(length), read(length), read_abort() */
#define CONSOLE_COMMAND_WRITE 1u
#define CONSOLE_COMMAND_READ 2u
#define CONSOLE_COMMAND_READ_ABORT 3u

#define CONSOLE_ALLOW_RO_TEXT 1u

#define CONSOLE_ALLOW_RW_LINE 1u

#define CONSOLE_UPCALL_WRITTEN 1u
#define CONSOLE_UPCALL_READ 2u
