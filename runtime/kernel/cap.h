/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Capabilities: tokens for kernel functions that not everybody may call.
 *
 * A function asks for a pointer to one; the generator emits the object only where the
 * component's descriptor needs it and the board grants it. Never NULL, never read.
 */
#pragma once

struct cap_process_management {
    char token;
};

struct cap_main_loop {
    char token;
};
