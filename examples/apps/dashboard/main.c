/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Shows two temperatures, and how the first has gone, on a screen of 128 x 64 pixels.
 *
 * One thermometer is the board's own (0x60000), the other an analog one; a board without
 * that has the first twice. Other applications have the top right corner and the last
 * rows of the screen. A test ends it after so many readings.
 */
#include "alarm.h"
#include "canvas.h"
#include "console.h"
#include "line.h"
#include "memory.h"
#include "screen.h"
#include "temperature.h"

#ifndef READINGS
#define READINGS UINT32_MAX /* nobody waits for that */
#endif

#define ANALOG 0x80060000u /* the board's number for that driver */
#define PAUSE_MS 50u
#define READINGS_PER_LINE 20u

#define WIDTH 128u
#define TITLE_WIDTH 84u
#define TITLE_HEIGHT 9u
#define NUMBERS_Y 12u
#define NUMBERS_HEIGHT 16u
#define SMALL_X 91u
#define GRAPH_Y 30u
#define GRAPH_HEIGHT 24u
#define OTHERS_Y 56u
#define GRID 6u        /* rows from line to line */
#define SPAN_LEAST 100 /* hundredths from bottom to top, so that noise looks small */

static uint8_t pixels[WIDTH / 2u * GRAPH_HEIGHT]; /* the largest part */
static int32_t past[WIDTH]; /* the last readings, the newest last */
static uint32_t known;      /* of them, those at the end */

/* What is behind the numbers and the graph, and the title. */
static bool show_background(void)
{
    const struct canvas title = {
        .pixels = pixels,
        .width = TITLE_WIDTH,
        .height = TITLE_HEIGHT,
    };

    canvas_clear(&title, 12);
    canvas_text(&title, 3, 1, 1, 0, "Boardwright");
    return screen_set_frame(0, TITLE_HEIGHT, WIDTH, OTHERS_Y - TITLE_HEIGHT) == 0 &&
           screen_fill(0) == 0 && canvas_show(&title);
}

static bool show_numbers(int32_t analog, int32_t digital)
{
    const struct canvas numbers = {
        .pixels = pixels,
        .y = NUMBERS_Y,
        .width = WIDTH,
        .height = NUMBERS_HEIGHT,
    };
    struct line large = {.len = 0};
    struct line small = {.len = 0};

    canvas_clear(&numbers, 0);
    line_add_hundredths(&large, analog);
    line_add(&large, "^C");
    canvas_text(&numbers, 1, 1, 2, 15, line_text(&large));
    line_add_hundredths(&small, digital);
    line_add(&small, "^");
    canvas_text(&numbers, SMALL_X, 0, 1, 6, "TMP105");
    canvas_text(&numbers, SMALL_X, 9, 1, 10, line_text(&small));
    return canvas_show(&numbers);
}

static void remember(int32_t value)
{
    memmove(&past[0], &past[1], sizeof(past) - sizeof(past[0]));
    past[WIDTH - 1] = value;
    known += known < WIDTH;
}

/* Each column from its reading down, darker and darker. */
static bool show_graph(void)
{
    const struct canvas graph = {
        .pixels = pixels,
        .y = GRAPH_Y,
        .width = WIDTH,
        .height = GRAPH_HEIGHT,
    };
    int32_t least = past[WIDTH - 1];
    int32_t most = least;

    for (uint32_t x = WIDTH - known; x < WIDTH; x++) {
        least = past[x] < least ? past[x] : least;
        most = past[x] > most ? past[x] : most;
    }
    int32_t middle = least + (most - least) / 2;
    int32_t span = most - least > SPAN_LEAST ? most - least : SPAN_LEAST;

    canvas_clear(&graph, 0);
    for (uint32_t y = 0; y < GRAPH_HEIGHT; y += GRID) {
        for (uint32_t x = 0; x < WIDTH; x += 4) {
            canvas_dot(&graph, x, y, 4);
        }
    }
    for (uint32_t x = WIDTH - known; x < WIDTH; x++) {
        int32_t above = past[x] - middle + span / 2;
        uint32_t y =
            GRAPH_HEIGHT - 1 - (uint32_t)(above * (int32_t)(GRAPH_HEIGHT - 1) / span);

        for (uint32_t below = y + 1; below < GRAPH_HEIGHT; below++) {
            canvas_dot(&graph, x, below, (uint8_t)(2 + (GRAPH_HEIGHT - below) / 3));
        }
        canvas_dot(&graph, x, y, 15);
    }
    return canvas_show(&graph);
}

static void say(int32_t analog, int32_t digital)
{
    struct line line = {.len = 0};

    line_add(&line, "dashboard: ");
    line_add_hundredths(&line, analog);
    line_add(&line, " C at the input, ");
    line_add_hundredths(&line, digital);
    line_add(&line, " C on the bus");
    line_print(&line);
}

int main(void)
{
    int32_t analog;
    int32_t digital;
    uint32_t readings = 0;

    if (!screen_has_format(SCREEN_4_BIT) || !show_background()) {
        console_print("dashboard: there is no screen in 16 greys\n");
        return 1;
    }
    while (temperature_read(&digital)) {
        if (!temperature_read_from(ANALOG, &analog)) {
            analog = digital;
        }
        remember(analog);
        if (!show_numbers(analog, digital) || !show_graph()) {
            console_print("dashboard: the screen refuses\n");
            return 1;
        }
        if (readings++ % READINGS_PER_LINE == 0) {
            say(analog, digital);
        }
        if (readings == READINGS) {
            console_print("dashboard: done\n");
            return 0;
        }
        alarm_sleep_ms(PAUSE_MS);
    }
    console_print("dashboard: the thermometer does not answer\n");
    return 1;
}
