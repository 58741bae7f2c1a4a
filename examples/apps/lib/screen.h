/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The screen through its driver (0x90001); every call waits for its end. A process draws
 * into a frame of its own, which begins as the whole screen. Functions give 0 or a
 * tock_error.
 *
 * The frame's rows follow each other from the top, each from the left, the first pixel in
 * the high bits of a byte. A frame begins and ends between bytes: with 4 bits a pixel, its
 * x and its width are even.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tock.h"

#define SCREEN_DRIVER 0x90001u
#define SCREEN_4_BIT 5u /* a format: 16 greys */

struct screen_size {
    uint32_t width; /* pixels */
    uint32_t height;
};

/** The screen's size; 0 x 0 without a driver. */
static inline struct screen_size screen_size(void)
{
    struct tock_result result = tock_command(SCREEN_DRIVER, 23, 0, 0);

    if (result.variant != TOCK_SUCCESS_2U32) {
        return (struct screen_size){0, 0};
    }
    return (struct screen_size){result.values[0], result.values[1]};
}

/** Whether there is a screen with this format. */
static inline bool screen_has_format(uint32_t format)
{
    struct tock_result result = tock_command(SCREEN_DRIVER, 25, 0, 0);

    return result.variant == TOCK_SUCCESS_U32 && result.values[0] == format;
}

/** A command that one upcall ends. */
static inline uint32_t screen_ask(uint32_t command, uint32_t first, uint32_t second)
{
    struct tock_result result = tock_command(SCREEN_DRIVER, command, first, second);

    return tock_succeeded(result) ? tock_yield_wait_for(SCREEN_DRIVER, 0).values[0]
                                  : result.values[0];
}

/** Dark, and the picture is kept; or light again. */
static inline uint32_t screen_set_power(bool on)
{
    return screen_ask(2, on, 0);
}

/** From 0 to 65535. */
static inline uint32_t screen_set_brightness(uint16_t level)
{
    return screen_ask(3, level, 0);
}

/** Whether dark is light. */
static inline uint32_t screen_set_inverted(bool inverted)
{
    return screen_ask(6, inverted, 0);
}

/** From now on this process draws there. */
static inline uint32_t screen_set_frame(uint16_t x, uint16_t y, uint16_t width,
                                        uint16_t height)
{
    return screen_ask(100, (uint32_t)x << 16 | y, (uint32_t)width << 16 | height);
}

/** Draws `len` bytes into the frame, from its top left corner on. */
static inline uint32_t screen_write(const void *pixels, size_t len)
{
    tock_allow_ro(SCREEN_DRIVER, 0, pixels, len);
    uint32_t status = screen_ask(200, len, 0);
    tock_allow_ro(SCREEN_DRIVER, 0, NULL, 0);
    return status;
}

/** Fills the frame with that byte: with 4 bits a pixel, two pixels. */
static inline uint32_t screen_fill(uint8_t byte)
{
    tock_allow_ro(SCREEN_DRIVER, 0, &byte, sizeof(byte));
    uint32_t status = screen_ask(300, 0, 0);
    tock_allow_ro(SCREEN_DRIVER, 0, NULL, 0);
    return status;
}
