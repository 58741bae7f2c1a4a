/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A picture in 16 greys that is drawn here and then shown in a frame of the screen.
 *
 * The pixels are the application's, width * height / 2 bytes; the width is even. What
 * would be outside is not drawn. Greys go from 0, dark, to 15.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define CANVAS_GLYPH_WIDTH 6u  /* with the gap to the next, in pixels of scale 1 */
#define CANVAS_GLYPH_HEIGHT 7u /* without a gap */

struct canvas {
    uint8_t *pixels;
    uint16_t x; /* where it is shown */
    uint16_t y;
    uint16_t width;
    uint16_t height;
};

/** All of it in one grey. */
void canvas_clear(const struct canvas *canvas, uint8_t grey);

void canvas_dot(const struct canvas *canvas, uint32_t x, uint32_t y, uint8_t grey);

/** A filled rectangle. */
void canvas_box(const struct canvas *canvas, uint32_t x, uint32_t y, uint32_t width,
                uint32_t height, uint8_t grey);

/**
 * Capitals, digits and `-.:/%` from that corner on, small letters as capitals, a caret as
 * the sign of degrees; any other character is a gap. A pixel of a letter is a square of
 * `scale` pixels.
 */
void canvas_text(const struct canvas *canvas, uint32_t x, uint32_t y, uint32_t scale,
                 uint8_t grey, const char *text);

/** Draws it on the screen; false if there is none, or if it refuses. */
bool canvas_show(const struct canvas *canvas);
