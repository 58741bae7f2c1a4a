/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For tests: fills a screen of 4 bits a pixel, pixel (x, y) with x + 3 y + pattern. */
#pragma once

#include "hil/screen.h"
#include "kernel/driver.h"

struct painter_state {
    struct screen_picture picture;
    uint32_t painted;
    uint32_t failed; /* its last error, 0: none yet */
};

struct painter {
    struct painter_state *state;
    struct screen_draw screen;
    struct screen_draw_client screen_client;
    uint8_t *pixels;
    uint16_t pixels_size;
    uint16_t width;
    uint16_t height;
    const struct syscall_driver *driver;
};

/** paint begins; painted answers how many pictures are complete, failed the last error. */
void painter_command(const struct painter *self, struct process *process,
                     const struct command *command, struct command_result *result);
void painter_drawn(const struct screen_draw_client *client,
                   struct screen_picture *picture, enum err err);
