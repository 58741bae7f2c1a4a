/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A screen for processes: each has a frame, in its grant, and draws into that.
 *
 * All of them share the one screen, as upstream's do: where frames overlap, who draws last
 * is seen. A turn is a piece of at most the buffer's size, whole rows if one fits, or one
 * change of how the screen shines; turns go round robin over the slots, and what is drawn
 * is copied from the process when its turn comes. A frame begins as the whole screen.
 *
 * A frame begins and ends between bytes of the screen's memory: with 4 bits a pixel, x and
 * width are even, and an odd one is INVAL, as is one that is empty or beyond the screen.
 * Pixels are packed as hil/screen.h says. `write` draws so many bytes into the frame, row
 * by row from its top left corner; SIZE if there are none, more than the frame takes, or
 * fewer in the process's buffer. `fill` repeats the buffer's first byte over the frame.
 * Size, format and rotation are the board's, so has_setup says 0. Each accepted command
 * from power to set_inverted and from frame on ends with one upcall.
 *
 * Upcall: done (status, 0, 0). Status is 0, the screen's error, or SIZE when the process's
 * buffer became too short; part of the picture may be seen then.
 *
 * Invariant: data holds bytes only while a picture is under way; its end wipes them.
 */
#pragma once

#include "hil/screen.h"
#include "kernel/driver.h"
#include "lib/arbiter.h"

struct screen_driver_grant {
    uint16_t request; /* the command that is outstanding; 0: none */
    uint16_t x;       /* of the frame, in pixels */
    uint16_t y;
    uint16_t width; /* 0: no frame was set, so it is the screen */
    uint16_t height;
    uint16_t value; /* of a property, or the byte that fills the frame */
    uint8_t property;
    uint32_t len;   /* bytes of the picture */
    uint32_t drawn; /* of len */
};

struct screen_driver_state {
    struct screen_picture picture;
    struct screen_change change;
    struct arbiter turns; /* by slot; held while a picture or a change is under way */
    struct process_id active;
};

struct screen_driver {
    struct screen_driver_state *state;
    struct screen_draw screen_draw;
    struct screen_setup screen_setup;
    struct screen_draw_client screen_draw_client;
    struct screen_setup_client screen_setup_client;
    uint16_t width;
    uint16_t height;
    uint8_t pixels_per_byte;
    uint8_t *data;
    uint16_t data_size;
    const struct syscall_driver *driver;
};

void screen_driver_command(const struct screen_driver *self, struct process *process,
                           const struct command *command,
                           struct command_result *result);
void screen_driver_drawn(const struct screen_draw_client *client,
                         struct screen_picture *picture, enum err err);
void screen_driver_property_changed(const struct screen_setup_client *client,
                                    struct screen_change *change, enum err err);
