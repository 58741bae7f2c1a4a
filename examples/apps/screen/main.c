/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Shows a name and all greys, a strip of the screen at a time. */
#include "canvas.h"
#include "console.h"
#include "screen.h"

#define WIDTH 128u
#define HEIGHT 64u
#define STRIP 16u
#define GREYS 16u

static uint8_t pixels[WIDTH / 2u * STRIP];

static bool show(const struct canvas *canvas, uint32_t y)
{
    struct canvas there = *canvas;

    there.y = (uint16_t)y;
    return canvas_show(&there);
}

static bool draw(void)
{
    const struct canvas canvas = {
        .pixels = pixels,
        .width = WIDTH,
        .height = STRIP,
    };

    canvas_clear(&canvas, 0);
    canvas_box(&canvas, 0, 0, WIDTH, 1, 15);
    canvas_text(&canvas, 31, 5, 1, 15, "Boardwright");
    bool shown = show(&canvas, 0);

    canvas_clear(&canvas, 0);
    for (uint32_t grey = 0; grey < GREYS; grey++) {
        canvas_box(&canvas, grey * WIDTH / GREYS, 0, WIDTH / GREYS, STRIP,
                   (uint8_t)grey);
    }
    shown = shown && show(&canvas, STRIP);

    canvas_clear(&canvas, 0);
    canvas_text(&canvas, 16, 1, 2, 12, "16 greys");
    shown = shown && show(&canvas, 2 * STRIP);

    canvas_clear(&canvas, 0);
    canvas_text(&canvas, 4, 4, 1, 8, "0123456789 -.:/% ^C");
    canvas_box(&canvas, 0, STRIP - 1, WIDTH, 1, 15);
    return shown && show(&canvas, 3 * STRIP);
}

int main(void)
{
    struct screen_size size = screen_size();

    if (size.width < WIDTH || size.height < HEIGHT ||
        !screen_has_format(SCREEN_4_BIT)) {
        console_print("screen: there is none of 128 x 64 pixels in 16 greys\n");
        return 1;
    }
    if (!draw()) {
        console_print("screen: it refuses\n");
        return 1;
    }
    console_print("screen: drawn\n");
    return 0;
}
