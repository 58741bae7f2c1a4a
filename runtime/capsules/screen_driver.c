/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "capsules/screen_driver.h"

#include "kernel/grant.h"
#include "kernel/process_buffer.h"
#include "kernel/upcall.h"
#include "lib/container.h"
#include "lib/memory.h"
#include "screen_driver_abi.h"

#define WRITE SCREEN_DRIVER_COMMAND_WRITE
#define FILL SCREEN_DRIVER_COMMAND_FILL
#define PIXELS SCREEN_DRIVER_ALLOW_RO_PIXELS

/* Upstream's numbers of pixel formats. */
#define FORMAT_MONO 0u
#define FORMAT_RGB_332 1u
#define FORMAT_4_BIT 5u

#define NO_ROTATION 0u

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* -- turns ----------------------------------------------------------------------------- */

/* Where the next piece goes and how long it is: as many whole rows as the buffer holds,
 * which then begin at a row; else as much of one row as it holds. */
static void place(const struct screen_driver *self, struct screen_picture *picture,
                  const struct screen_driver_grant *grant)
{
    uint32_t room = least(grant->len - grant->drawn, self->data_size);
    uint32_t row_len = grant->width / (uint32_t)self->pixels_per_byte;
    uint32_t row = grant->drawn / row_len;
    uint32_t from = grant->drawn - row * row_len;
    uint32_t rows = room / row_len;
    uint32_t len = rows != 0 ? rows * row_len : least(room, row_len - from);

    picture->len = (uint16_t)len;
    picture->x = (uint16_t)(grant->x + from * self->pixels_per_byte);
    picture->y = (uint16_t)(grant->y + row);
    picture->width = rows != 0 ? grant->width : (uint16_t)(len * self->pixels_per_byte);
    picture->height = rows != 0 ? (uint16_t)rows : 1;
}

/* Starts the next piece. SIZE: what was to be drawn is not there any more. */
static enum err draw(const struct screen_driver *self, struct process *process,
                     const struct screen_driver_grant *grant)
{
    struct screen_picture *picture = &self->state->picture;
    enum err err = ERR_SIZE;

    place(self, picture, grant);
    picture->client = &self->screen_draw_client;
    picture->data = self->data;
    if (grant->request == FILL) {
        memset(self->data, grant->value, picture->len);
        err = OK;
    } else if (process_buffer_read(process, self->driver, PIXELS, grant->drawn,
                                   self->data, picture->len) == picture->len) {
        err = OK;
    }
    if (err == OK) {
        err = screen_picture_draw(&self->screen_draw, picture);
    }
    if (err != OK) {
        memset(self->data, 0, picture->len);
    }
    return err;
}

static enum err change(const struct screen_driver *self,
                       const struct screen_driver_grant *grant)
{
    struct screen_change *op = &self->state->change;

    op->client = &self->screen_setup_client;
    op->property = grant->property;
    op->value = grant->value;
    return screen_property_set(&self->screen_setup, op);
}

static enum err begin(const struct screen_driver *self, struct process *process,
                      const struct screen_driver_grant *grant)
{
    self->state->active = process_id(process);
    return grant->request >= WRITE ? draw(self, process, grant) : change(self, grant);
}

static void end(const struct screen_driver *self, struct process *process,
                struct screen_driver_grant *grant, enum err err)
{
    grant->request = 0;
    process_upcall(process, self->driver, SCREEN_DRIVER_UPCALL_DONE, (uint32_t)err, 0,
                   0);
}

/* Gives the turn to the next whose piece or change can start; each round takes one out of
 * waiting. It may wait no longer: its process may have ended, or begun another life. */
static void next(const struct screen_driver *self)
{
    struct screen_driver_state *state = self->state;

    while (arbiter_pass(&state->turns)) {
        struct process *process = process_in_slot(state->turns.last);
        struct screen_driver_grant *grant =
            process == NULL ? NULL : grant_get(process, self->driver);

        if (grant != NULL && grant->request != 0) {
            enum err err = begin(self, process, grant);
            if (err == OK) {
                return;
            }
            end(self, process, grant, err);
        }
    }
}

/* A turn is over, in which so many bytes were drawn; a process that lives hears of the
 * end or queues for the rest. */
static void end_turn(const struct screen_driver *self, uint32_t drawn, enum err err)
{
    struct process *process = process_get(self->state->active);
    struct screen_driver_grant *grant =
        process == NULL ? NULL : grant_get(process, self->driver);

    if (grant != NULL) {
        grant->drawn += drawn;
        if (err != OK || grant->drawn == grant->len) {
            end(self, process, grant, err);
        } else {
            arbiter_take(&self->state->turns, self->state->active.slot); /* queues */
        }
    }
    next(self);
}

void screen_driver_drawn(const struct screen_draw_client *client,
                         struct screen_picture *picture, enum err err)
{
    const struct screen_driver *self =
        container_of(client, struct screen_driver, screen_draw_client);

    memset(picture->data, 0, picture->len);
    end_turn(self, picture->len, err);
}

void screen_driver_property_changed(const struct screen_setup_client *client,
                                    struct screen_change *op, enum err err)
{
    const struct screen_driver *self =
        container_of(client, struct screen_driver, screen_setup_client);

    (void)op;
    end_turn(self, 0, err);
}

/* -- system calls ---------------------------------------------------------------------- */

/* The process's frame, in which nothing is under way; NULL and why: not to be had. */
static struct screen_driver_grant *enter(const struct screen_driver *self,
                                         struct process *process, enum err *err)
{
    struct screen_driver_grant *grant = grant_enter(process, self->driver);

    if (grant == NULL || grant->request != 0) {
        *err = grant == NULL ? ERR_NOMEM : ERR_BUSY;
        return NULL;
    }
    if (grant->width == 0) {
        grant->width = self->width;
        grant->height = self->height;
    }
    *err = OK;
    return grant;
}

/* The grant says what; len is 0 but for pictures, so that a change is complete at once. */
static enum err request(const struct screen_driver *self, struct process *process,
                        struct screen_driver_grant *grant, uint32_t number,
                        uint32_t len)
{
    grant->request = (uint16_t)number;
    grant->len = len;
    grant->drawn = 0;
    if (!arbiter_take(&self->state->turns, process_id(process).slot)) {
        return OK; /* its turn comes */
    }
    enum err err = begin(self, process, grant);
    if (err != OK) {
        grant->request = 0;
        next(self);
    }
    return err;
}

static enum err set(const struct screen_driver *self, struct process *process,
                    uint32_t number, enum screen_property property, uint32_t value)
{
    enum err err;
    struct screen_driver_grant *grant = enter(self, process, &err);

    if (grant == NULL) {
        return err;
    }
    if (value > UINT16_MAX) {
        return ERR_INVAL;
    }
    grant->property = (uint8_t)property;
    grant->value = (uint16_t)value;
    return request(self, process, grant, number, 0);
}

static enum err set_frame(const struct screen_driver *self, struct process *process,
                          uint32_t x_and_y, uint32_t width_and_height)
{
    uint32_t x = x_and_y >> 16;
    uint32_t y = x_and_y & 0xFFFFu;
    uint32_t width = width_and_height >> 16;
    uint32_t height = width_and_height & 0xFFFFu;
    enum err err;
    struct screen_driver_grant *grant = enter(self, process, &err);

    if (grant == NULL) {
        return err;
    }
    if (width == 0 || height == 0 || x + width > self->width ||
        y + height > self->height || x % self->pixels_per_byte != 0 ||
        width % self->pixels_per_byte != 0) {
        return ERR_INVAL;
    }
    grant->x = (uint16_t)x;
    grant->y = (uint16_t)y;
    grant->width = (uint16_t)width;
    grant->height = (uint16_t)height;
    end(self, process, grant, OK);
    return OK;
}

static enum err paint(const struct screen_driver *self, struct process *process,
                      const struct command *command)
{
    enum err err;
    struct screen_driver_grant *grant = enter(self, process, &err);
    uint8_t first = 0;

    if (grant == NULL) {
        return err;
    }
    uint32_t room = grant->width / (uint32_t)self->pixels_per_byte * grant->height;
    uint32_t len = command->number == FILL ? room : command->arg[0];
    uint32_t needs = command->number == FILL ? 1 : len;
    if (len == 0 || len > room ||
        process_buffer_ro_len(process, self->driver, PIXELS) < needs) {
        return ERR_SIZE;
    }
    process_buffer_read(process, self->driver, PIXELS, 0, &first, sizeof(first));
    grant->value = first;
    return request(self, process, grant, command->number, len);
}

static void answer_format(const struct screen_driver *self,
                          struct command_result *result)
{
    switch (self->pixels_per_byte) {
    case 8:
        command_success_u32(result, FORMAT_MONO);
        break;
    case 2:
        command_success_u32(result, FORMAT_4_BIT);
        break;
    case 1:
        command_success_u32(result, FORMAT_RGB_332);
        break;
    default:
        command_failure(result, ERR_NOSUPPORT); /* upstream has no number for it */
        break;
    }
}

/* What the board settles; of sizes and formats there is one each. */
static void answer(const struct screen_driver *self, const struct command *command,
                   struct command_result *result)
{
    bool listed = command->number == SCREEN_DRIVER_COMMAND_SIZE_AT ||
                  command->number == SCREEN_DRIVER_COMMAND_FORMAT_AT;

    if (listed && command->arg[0] != 0) {
        command_failure(result, ERR_INVAL);
        return;
    }
    switch (command->number) {
    case SCREEN_DRIVER_COMMAND_HAS_SETUP:
        command_success_u32(result, false);
        break;
    case SCREEN_DRIVER_COMMAND_SIZES:
    case SCREEN_DRIVER_COMMAND_FORMATS:
        command_success_u32(result, 1);
        break;
    case SCREEN_DRIVER_COMMAND_SIZE:
    case SCREEN_DRIVER_COMMAND_SIZE_AT:
        command_success_2u32(result, self->width, self->height);
        break;
    case SCREEN_DRIVER_COMMAND_FORMAT:
    case SCREEN_DRIVER_COMMAND_FORMAT_AT:
        answer_format(self, result);
        break;
    case SCREEN_DRIVER_COMMAND_ROTATION:
        command_success_u32(result, NO_ROTATION);
        break;
    default:
        command_failure(result, ERR_NOSUPPORT);
        break;
    }
}

void screen_driver_command(const struct screen_driver *self, struct process *process,
                           const struct command *command, struct command_result *result)
{
    uint32_t number = command->number;
    uint32_t value = command->arg[0];
    enum err err;

    switch (number) {
    case SCREEN_DRIVER_COMMAND_POWER:
        err = set(self, process, number, SCREEN_POWER, value != 0);
        break;
    case SCREEN_DRIVER_COMMAND_BRIGHTNESS:
        err = set(self, process, number, SCREEN_BRIGHTNESS, value);
        break;
    case SCREEN_DRIVER_COMMAND_INVERT:
    case SCREEN_DRIVER_COMMAND_RESTORE:
        value = number == SCREEN_DRIVER_COMMAND_INVERT;
        err = set(self, process, number, SCREEN_INVERTED, value);
        break;
    case SCREEN_DRIVER_COMMAND_SET_INVERTED:
        err = set(self, process, number, SCREEN_INVERTED, value != 0);
        break;
    case SCREEN_DRIVER_COMMAND_FRAME:
        err = set_frame(self, process, value, command->arg[1]);
        break;
    case WRITE:
    case FILL:
        err = paint(self, process, command);
        break;
    default:
        answer(self, command, result);
        return;
    }
    command_status(result, err);
}
