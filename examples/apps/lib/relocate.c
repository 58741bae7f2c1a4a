/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Copies an image's data into RAM and moves its addresses to where they are now.
 *
 * Programs are linked with flash at 0x80000000 and RAM at 0, so bit 31 of an
 * address says what it is relative to. This file runs before there is a GOT: it
 * must not name any global object or take a function's address.
 */
#include "relocate.h"

struct header {
    uint32_t got_image, got_start, got_size;
    uint32_t data_image, data_start, data_size;
    uint32_t bss_start, bss_size;
    uint32_t reldata_image;
    uint32_t stack_size;
};

struct relocation {
    uint32_t offset; /* link address of the word, in RAM */
    uint32_t info;
};

#define FLASH_LINK_ADDRESS 0x80000000u

static uint32_t moved(uint32_t address, const uint32_t *image, const uint32_t *ram)
{
    if (address & FLASH_LINK_ADDRESS) {
        return (address ^ FLASH_LINK_ADDRESS) + (uint32_t)(uintptr_t)image;
    }
    return address + (uint32_t)(uintptr_t)ram;
}

void relocate_image(const uint32_t *image, uint32_t *ram)
{
    const struct header *header = (const struct header *)image;
    const uint32_t *from = image + header->got_image / 4;
    uint32_t *to = ram + header->got_start / 4;

    for (uint32_t i = 0; i < header->got_size / 4; i++) {
        to[i] = moved(from[i], image, ram);
    }
    from = image + header->data_image / 4;
    to = ram + header->data_start / 4;
    for (uint32_t i = 0; i < header->data_size / 4; i++) {
        to[i] = from[i];
    }
    to = ram + header->bss_start / 4;
    for (uint32_t i = 0; i < header->bss_size / 4; i++) {
        to[i] = 0;
    }
    from = image + header->reldata_image / 4;
    const struct relocation *entries = (const struct relocation *)(from + 1);
    for (uint32_t i = 0; i < *from / sizeof(*entries); i++) {
        uint32_t *word = ram + entries[i].offset / 4;
        *word = moved(*word, image, ram);
    }
}
