/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Flash in RAM: erased at reset, a write only clears bits, an erase sets a page's.
 *
 * It stands in for flash where a machine has none that can be written, with any geometry.
 * A deferred call does one page.
 *
 * Invariant: page is NULL exactly when no operation is outstanding.
 */
#pragma once

#include "hil/flash.h"
#include "kernel/deferred.h"

struct ram_flash_state {
    struct flash_page *page;
    uint8_t operation;
};

struct ram_flash {
    struct ram_flash_state *state;
    uint32_t page_size_b;
    uint16_t pages;
    uint8_t *memory;
    uint32_t memory_size;
    struct deferred step;
};

extern const struct flash_pages_ops ram_flash_pages_ops;

flash_read_page_fn ram_flash_read_page;
flash_write_page_fn ram_flash_write_page;
flash_erase_page_fn ram_flash_erase_page;

enum err ram_flash_init(const struct ram_flash *self);
void ram_flash_step(const struct ram_flash *self);
