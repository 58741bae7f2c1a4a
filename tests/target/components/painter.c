/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "painter.h"

#include "lib/container.h"
#include "painter_abi.h"

static enum err paint(const struct painter *self, uint32_t pattern)
{
    struct screen_picture *picture = &self->state->picture;
    uint8_t *pixel = self->pixels;

    for (uint32_t y = 0; y < self->height; y++) {
        for (uint32_t x = 0; x < self->width; x += 2) {
            uint32_t grey = x + 3 * y + pattern;

            *pixel++ = (uint8_t)((grey & 15u) << 4 | ((grey + 1) & 15u));
        }
    }
    picture->client = &self->screen_client;
    picture->data = self->pixels;
    picture->len = self->pixels_size;
    picture->x = 0;
    picture->y = 0;
    picture->width = self->width;
    picture->height = self->height;
    return screen_picture_draw(&self->screen, picture);
}

void painter_drawn(const struct screen_draw_client *client,
                   struct screen_picture *picture, enum err err)
{
    const struct painter *self = container_of(client, struct painter, screen_client);

    (void)picture;
    self->state->painted++;
    if (err != OK) {
        self->state->failed = (uint32_t)err;
    }
}

void painter_command(const struct painter *self, struct process *process,
                     const struct command *command, struct command_result *result)
{
    (void)process;
    switch (command->number) {
    case PAINTER_COMMAND_PAINT:
        command_status(result, paint(self, command->arg[0]));
        break;
    case PAINTER_COMMAND_PAINTED:
        command_success_u32(result, self->state->painted);
        break;
    case PAINTER_COMMAND_FAILED:
        command_success_u32(result, self->state->failed);
        break;
    default:
        command_failure(result, ERR_NOSUPPORT);
        break;
    }
}
