/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Flash as regions of bytes: region n is one client's, in turns of the engine turns.h.
 *
 * A transfer goes page by page through one buffer, which is wiped after each, so nothing of
 * a client is there when another's turn comes. A page is erased only if a bit has to be set
 * and written only if one changes. There is no journal: a reset between the erase and the
 * write of a page loses that page.
 *
 * Invariant: page is with the flash exactly while turns are held.
 */
#pragma once

#include "hil/flash.h"
#include "hil/nonvolatile_storage.h"
#include "virtualizers/turns.h"

struct storage_regions_state {
    struct turns_state turns;
    struct flash_page page;
    uint32_t writing; /* bit n: region n's transfer is a write */
};

struct storage_regions {
    struct storage_regions_state *state;
    struct flash_pages flash;
    struct flash_pages_client flash_client;
    uint8_t regions;
    uint32_t page_size;
    uint32_t region_pages;
    uint8_t *buffer;
    uint16_t buffer_size;
    struct turn *slots;
    struct deferred complete;
};

extern const struct nonvolatile_storage_bytes_ops storage_regions_bytes_ops;

nonvolatile_storage_read_fn storage_regions_read;
nonvolatile_storage_write_fn storage_regions_write;

void storage_regions_page_read(const struct flash_pages_client *client,
                               struct flash_page *page, enum err err);
void storage_regions_page_written(const struct flash_pages_client *client,
                                  struct flash_page *page, enum err err);
void storage_regions_page_erased(const struct flash_pages_client *client,
                                 struct flash_page *page, enum err err);
void storage_regions_complete(const struct storage_regions *self);
bool storage_regions_check(const struct storage_regions *self);
