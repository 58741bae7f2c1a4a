/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Copies an image's data into RAM and moves its addresses; called by crt0 only. */
#pragma once

#include <stdint.h>

/**
 * Fills GOT, .data and .bss. `image` is the start of the binary in flash, `ram` the
 * start of the process's memory, both 4-byte aligned.
 */
void relocate_image(const uint32_t *image, uint32_t *ram);
