/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "devices/ssd0323.h"

#include "lib/container.h"
#include "lib/memory.h"
#include <stddef.h>

#define WIDTH 128u
#define HEIGHT 64u
#define PIXELS_PER_BYTE 2u

#define SET_COLUMNS 0x15u /* first and last, in bytes of memory */
#define SET_ROWS 0x75u    /* first and last */
#define SET_CONTRAST 0x81u
#define SET_FULL_CURRENT 0x86u
#define SET_MAPPING 0xA0u
#define SET_FIRST_ROW 0xA1u
#define SET_OFFSET 0xA2u
#define SHOW_NORMAL 0xA4u
#define SHOW_INVERTED 0xA7u
#define SET_DRIVEN_ROWS 0xA8u /* less one */
#define SHOW_NOTHING 0xAEu
#define SHOW 0xAFu

#define CONTRAST_SHIFT 9u /* of 16 bits to the 7 it has */
#define CONTRAST_START 0x40u

/* Rows reversed and split over both sides, a byte's high half first. */
#define MAPPING 0x52u

static const uint8_t set_up[] = {
    SHOW_NOTHING,
    SET_DRIVEN_ROWS,
    HEIGHT - 1,
    SET_FIRST_ROW,
    0,
    SET_OFFSET,
    0,
    SET_MAPPING,
    MAPPING,
    SET_FULL_CURRENT,
    SET_CONTRAST,
    CONTRAST_START,
    SHOW_NORMAL,
    SHOW,
};
_Static_assert(sizeof(set_up) <= SSD0323_COMMANDS_MAX, "set_up is sent from there");

/* -- the bus --------------------------------------------------------------------------- */

static enum err send(const struct ssd0323 *self, enum ssd0323_doing doing,
                     uint8_t *bytes, uint16_t len)
{
    struct ssd0323_state *state = self->state;
    struct spi_transfer *transfer = &state->transfer;

    gpio_pin_write(&self->dc, doing == SSD0323_DRAWING);
    transfer->client = &self->spi_client;
    transfer->tx = bytes;
    transfer->rx = NULL;
    transfer->len = len;
    transfer->keep_selected = false;
    enum err err = spi_transfer(self->spi, transfer);
    state->doing = err == OK ? (uint8_t)doing : SSD0323_IDLE;
    return err == OK || err == ERR_OFF ? err : ERR_FAIL;
}

static uint16_t change_commands(uint8_t *commands, const struct screen_change *change)
{
    switch (change->property) {
    case SCREEN_POWER:
        commands[0] = change->value != 0 ? SHOW : SHOW_NOTHING;
        return 1;
    case SCREEN_INVERTED:
        commands[0] = change->value != 0 ? SHOW_INVERTED : SHOW_NORMAL;
        return 1;
    default:
        commands[0] = SET_CONTRAST;
        commands[1] = (uint8_t)(change->value >> CONTRAST_SHIFT);
        return 2;
    }
}

static uint16_t place_commands(uint8_t *commands, const struct screen_picture *picture)
{
    commands[0] = SET_COLUMNS;
    commands[1] = (uint8_t)(picture->x / PIXELS_PER_BYTE);
    commands[2] = (uint8_t)((picture->x + picture->width) / PIXELS_PER_BYTE - 1u);
    commands[3] = SET_ROWS;
    commands[4] = (uint8_t)picture->y;
    commands[5] = (uint8_t)(picture->y + picture->height - 1u);
    return 6;
}

/* -- turns ----------------------------------------------------------------------------- */

/* Begins what comes next; only while IDLE, with a picture or a change or not set up. */
static enum err begin(const struct ssd0323 *self)
{
    struct ssd0323_state *state = self->state;

    state->changes =
        state->change != NULL && (state->picture == NULL || !state->changes);
    if (!state->ready) {
        memcpy(state->commands, set_up, sizeof(set_up));
        return send(self, SSD0323_SETTING_UP, state->commands, sizeof(set_up));
    }
    if (state->changes) {
        uint16_t len = change_commands(state->commands, state->change);
        return send(self, SSD0323_CHANGING, state->commands, len);
    }
    uint16_t len = place_commands(state->commands, state->picture);
    return send(self, SSD0323_PLACING, state->commands, len);
}

/* Tells whose turn it was, then begins the next. A refusal waits for the deferred call,
 * so that clients that ask again each time cannot keep us here. */
static void end_turn(const struct ssd0323 *self, enum err err)
{
    struct ssd0323_state *state = self->state;
    struct screen_change *change = state->change;
    struct screen_picture *picture = state->picture;

    if (change != NULL && state->changes) {
        state->change = NULL;
        screen_property_changed(change, err);
    } else if (picture != NULL) {
        state->picture = NULL;
        screen_drawn(picture, err);
    }
    if (state->doing == SSD0323_IDLE &&
        (state->picture != NULL || state->change != NULL)) {
        state->err = begin(self);
        if (state->err != OK) {
            deferred_set(&self->refused);
        }
    }
}

void ssd0323_refused(const struct ssd0323 *self)
{
    end_turn(self, self->state->err);
}

void ssd0323_transferred(const struct spi_controller_client *client,
                         struct spi_transfer *transfer, enum err err)
{
    const struct ssd0323 *self = container_of(client, struct ssd0323, spi_client);
    struct ssd0323_state *state = self->state;
    uint8_t done = state->doing;

    (void)transfer;
    if (err != OK && err != ERR_OFF) {
        err = ERR_FAIL;
    }
    state->doing = SSD0323_IDLE;
    if (done == SSD0323_SETTING_UP) {
        state->ready = err == OK;
    }
    if (err == OK && (done == SSD0323_SETTING_UP || done == SSD0323_PLACING)) {
        const struct screen_picture *picture = state->picture;

        if (done == SSD0323_PLACING) {
            err = send(self, SSD0323_DRAWING, picture->data, picture->len);
        } else if (picture != NULL || state->change != NULL) {
            err = begin(self);
        }
        if (err == OK) {
            return;
        }
    }
    end_turn(self, err);
}

/* -- operations ------------------------------------------------------------------------ */

enum err ssd0323_picture_draw(const struct screen_draw *port,
                              struct screen_picture *picture)
{
    const struct ssd0323 *self = port->owner;
    struct ssd0323_state *state = self->state;
    uint32_t right = (uint32_t)picture->x + picture->width;

    if (picture->client == NULL || right > WIDTH || (picture->x | right) & 1u ||
        (uint32_t)picture->y + picture->height > HEIGHT) {
        return ERR_INVAL;
    }
    if (picture->len == 0 ||
        picture->len != picture->width / PIXELS_PER_BYTE * (uint32_t)picture->height) {
        return ERR_SIZE;
    }
    if (state->picture != NULL) {
        return ERR_BUSY;
    }
    state->picture = picture;
    if (state->doing != SSD0323_IDLE || state->change != NULL) {
        return OK; /* its turn comes */
    }
    enum err err = begin(self);
    if (err != OK) {
        state->picture = NULL;
    }
    return err;
}

enum err ssd0323_property_set(const struct screen_setup *port,
                              struct screen_change *change)
{
    const struct ssd0323 *self = port->owner;
    struct ssd0323_state *state = self->state;

    if (change->property > SCREEN_INVERTED) {
        return ERR_NOSUPPORT;
    }
    if (change->client == NULL ||
        (change->property != SCREEN_BRIGHTNESS && change->value > 1)) {
        return ERR_INVAL;
    }
    if (state->change != NULL) {
        return ERR_BUSY;
    }
    state->change = change;
    if (state->doing != SSD0323_IDLE || state->picture != NULL) {
        return OK; /* its turn comes */
    }
    enum err err = begin(self);
    if (err != OK) {
        state->change = NULL;
    }
    return err;
}

enum err ssd0323_start(const struct ssd0323 *self)
{
    err_ignore(begin(self)); /* who asks for something first tries again */
    return OK;
}

const struct screen_draw_ops ssd0323_draw_ops = {
    .picture_draw = ssd0323_picture_draw,
};

const struct screen_setup_ops ssd0323_setup_ops = {
    .property_set = ssd0323_property_set,
};
