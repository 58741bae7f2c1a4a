/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One flash for up to 32 clients: part n is one client's, round robin, one outstanding
 * operation each, in the order of turns.h.
 *
 * Pages of a part are numbered from 0, so a client cannot name another's. What goes down is
 * a descriptor of the mux's own with the client's buffer: the client's page number must not
 * change while it is lent. Nothing is copied.
 */
#pragma once

#include "hil/flash.h"
#include "virtualizers/turns.h"

struct mux_flash_state {
    struct turns_state turns;
    struct flash_page page; /* with the flash while turns are held */
    uint32_t writing;       /* bit n: part n's operation is a write */
    uint32_t erasing;       /* bit n: it is an erase */
};

struct mux_flash {
    struct mux_flash_state *state;
    struct flash_pages flash;
    struct flash_pages_client flash_client;
    uint8_t parts;
    uint32_t part_pages;
    struct turn *slots;
    struct deferred complete;
};

extern const struct flash_pages_ops mux_flash_pages_ops;

flash_read_page_fn mux_flash_read_page;
flash_write_page_fn mux_flash_write_page;
flash_erase_page_fn mux_flash_erase_page;

void mux_flash_page_read(const struct flash_pages_client *client,
                         struct flash_page *page, enum err err);
void mux_flash_page_written(const struct flash_pages_client *client,
                            struct flash_page *page, enum err err);
void mux_flash_page_erased(const struct flash_pages_client *client,
                           struct flash_page *page, enum err err);
void mux_flash_complete(const struct mux_flash *self);
bool mux_flash_check(const struct mux_flash *self);
