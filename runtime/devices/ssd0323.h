/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * OLED controller SSD0323 (Solomon Systech, data sheet chapter "Command table") with a
 * panel of 128 x 64 pixels in 16 greys, over SPI and a pin that tells commands from data.
 *
 * `start` sets it up, and so does the first operation after that failed; what is asked for
 * meanwhile waits. It shows what its memory holds until something is drawn. A picture and
 * a change that wait for each other take turns. The pin is moved only while no transfer
 * of ours is outstanding, so others may have the bus between any two.
 *
 * Invariants: at most one transfer is outstanding, and `doing` says what for. While it is
 * IDLE, picture and change are NULL, but inside a client's callback and while a start that
 * the bus refused waits to be told from the deferred call.
 */
#pragma once

#include "hil/gpio.h"
#include "hil/screen.h"
#include "hil/spi.h"

#include "kernel/deferred.h"

#define SSD0323_COMMANDS_MAX 16u

enum ssd0323_doing {
    SSD0323_IDLE,
    SSD0323_SETTING_UP,
    SSD0323_CHANGING,
    SSD0323_PLACING, /* says where the picture goes */
    SSD0323_DRAWING,
};

struct ssd0323_state {
    struct screen_picture *picture; /* lent to us; NULL: none */
    struct screen_change *change;   /* the same */
    struct spi_transfer transfer;
    uint8_t commands[SSD0323_COMMANDS_MAX]; /* what transfer sends, but for a picture */
    uint8_t doing;                          /* enum ssd0323_doing */
    bool changes;                           /* it is, or was last, the change's turn */
    bool ready;                             /* set up */
    enum err err; /* of a start that the bus refused, for the deferred call */
};

struct ssd0323 {
    struct ssd0323_state *state;
    const struct spi_device *spi;
    struct spi_controller_client spi_client;
    struct gpio_output dc; /* low: commands */
    struct deferred refused;
};

extern const struct screen_draw_ops ssd0323_draw_ops;
extern const struct screen_setup_ops ssd0323_setup_ops;

screen_picture_draw_fn ssd0323_picture_draw;
screen_property_set_fn ssd0323_property_set;

void ssd0323_transferred(const struct spi_controller_client *client,
                         struct spi_transfer *transfer, enum err err);
void ssd0323_refused(const struct ssd0323 *self);
enum err ssd0323_start(const struct ssd0323 *self);
