/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Counts its starts in storage that outlasts the power, an EEPROM say.
 *
 * Two copies, each with a check of its own and on a page of its own, are written in turn:
 * a start that is cut off while it writes costs no more than its own count. The count is
 * said, and shown in the top right corner of a screen if there is one.
 */
#include "canvas.h"
#include "console.h"
#include "line.h"
#include "storage.h"

#define MARK 0x626F6F74u /* turns the bits of a count into its check */
#define COPIES 2u
#define DISTANCE 256u /* the largest page there is */

#define X 84u
#define WIDTH 44u
#define HEIGHT 9u

struct copy {
    uint32_t count;
    uint32_t check;
};

static uint8_t pixels[WIDTH / 2u * HEIGHT];

static void show(uint32_t count)
{
    const struct canvas corner = {
        .pixels = pixels,
        .x = X,
        .width = WIDTH,
        .height = HEIGHT,
    };
    struct line line = {.len = 0};

    canvas_clear(&corner, 12);
    line_add(&line, "boot ");
    line_add_u32(&line, count);
    uint32_t free = WIDTH - 1 - (uint32_t)line.len * CANVAS_GLYPH_WIDTH;
    canvas_text(&corner, free, 1, 1, 0, line_text(&line));
    canvas_show(&corner); /* without a screen it is said only */
}

int main(void)
{
    struct copy copy;
    uint32_t count = 0;

    for (uint32_t i = 0; i < COPIES; i++) {
        if (storage_read(i * DISTANCE, &copy, sizeof(copy)) != sizeof(copy)) {
            console_print("boots: this board keeps nothing\n");
            return 1;
        }
        if (copy.check == (copy.count ^ MARK) && copy.count > count) {
            count = copy.count;
        }
    }
    copy.count = count + 1;
    copy.check = copy.count ^ MARK;
    uint32_t place = copy.count % COPIES * DISTANCE;
    if (storage_write(place, &copy, sizeof(copy)) != sizeof(copy)) {
        console_print("boots: it cannot be written\n");
        return 1;
    }
    show(copy.count);
    console_print_u32("boots: start ", copy.count);
    return 0;
}
