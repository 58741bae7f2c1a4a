/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A screen: pictures drawn into rectangles of it, and how it shines.
 *
 * How large it is and how many bits a pixel has is settled when generating: the facts
 * width, height and bits. A picture is its rows from the top, each from the left, packed
 * with no gap, the first pixel in the high bits of a byte; rectangles begin and end
 * between bytes. There is no cancel: half a picture is worth nothing, and one takes
 * bounded time.
 */
#pragma once

#include "hil/port.h"

/* -- draw --------------------------------------------------------------------------- */

struct screen_picture {
    const struct screen_draw_client *client;
    uint8_t *data; /* lent */
    uint16_t len;  /* bytes; SIZE unless it is what the rectangle takes, and not 0 */
    uint16_t x;    /* INVAL unless the rectangle is on the screen and between bytes */
    uint16_t y;
    uint16_t width;
    uint16_t height;
};

struct screen_draw_client {
    void (*drawn)(const struct screen_draw_client *, struct screen_picture *, enum err);
};

HIL_PORT(screen_draw);

typedef enum err screen_picture_draw_fn(const struct screen_draw *,
                                        struct screen_picture *);

struct screen_draw_ops {
    screen_picture_draw_fn *picture_draw;
};

#ifdef SCREEN_DRAW_SEALED
#define SCREEN_DRAW(port, operation) HIL_JOIN(SCREEN_DRAW_SEALED, operation)
screen_picture_draw_fn SCREEN_DRAW(, picture_draw);
#else
#define SCREEN_DRAW(port, operation) (port)->ops->operation
#endif

/** BUSY: this edge's earlier picture is still to complete. SIZE, INVAL: see above; INVAL,
 * too, if nobody would be told. OFF, FAIL: the screen refused. After an error nothing was
 * lent. One that is still starting draws when it has. */
HIL_CALL enum err screen_picture_draw(const struct screen_draw *port,
                                      struct screen_picture *picture)
{
    return SCREEN_DRAW(port, picture_draw)(port, picture);
}

/** Providers end a picture with this, last. After an error part of it may be seen. */
HIL_CALL_INFALLIBLE void screen_drawn(struct screen_picture *picture, enum err err)
{
    picture->client->drawn(picture->client, picture, err);
}

/* -- setup (control) ---------------------------------------------------------------- */

enum screen_property {
    SCREEN_POWER,      /* 0: dark, and the picture is kept; 1: as it begins */
    SCREEN_BRIGHTNESS, /* 0 to 65535 */
    SCREEN_INVERTED,   /* 1: dark is light */
};

struct screen_change {
    const struct screen_setup_client *client;
    uint8_t property; /* enum screen_property; NOSUPPORT where the screen has it not */
    uint16_t value;   /* INVAL if it is none of the property's */
};

struct screen_setup_client {
    void (*property_changed)(const struct screen_setup_client *, struct screen_change *,
                             enum err);
};

HIL_PORT(screen_setup);

typedef enum err screen_property_set_fn(const struct screen_setup *,
                                        struct screen_change *);

struct screen_setup_ops {
    screen_property_set_fn *property_set;
};

#ifdef SCREEN_SETUP_SEALED
#define SCREEN_SETUP(port, operation) HIL_JOIN(SCREEN_SETUP_SEALED, operation)
screen_property_set_fn SCREEN_SETUP(, property_set);
#else
#define SCREEN_SETUP(port, operation) (port)->ops->operation
#endif

/** BUSY: this edge's earlier change is still to complete. INVAL, NOSUPPORT: see above;
 * INVAL, too, if nobody would be told. OFF, FAIL: the screen refused. After an error
 * nothing was lent. */
HIL_CALL enum err screen_property_set(const struct screen_setup *port,
                                      struct screen_change *change)
{
    return SCREEN_SETUP(port, property_set)(port, change);
}

/** Providers end a change with this, last. */
HIL_CALL_INFALLIBLE void screen_property_changed(struct screen_change *change,
                                                 enum err err)
{
    change->client->property_changed(change->client, change, err);
}
