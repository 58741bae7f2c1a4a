/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Numbers of low_level_debug that processes use, from its descriptor; generated,
 * do not edit.
 */
#pragma once

#define LOW_LEVEL_DEBUG_DRIVER 0x8u

/* commands: alert(code), print(number), print_two(first, second) */
#define LOW_LEVEL_DEBUG_COMMAND_ALERT 1u
#define LOW_LEVEL_DEBUG_COMMAND_PRINT 2u
#define LOW_LEVEL_DEBUG_COMMAND_PRINT_TWO 3u
