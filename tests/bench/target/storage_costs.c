/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* storage_regions: every client reads a byte of its own, again and again. */
#include "costs.h"
#include "virtualizers/storage_regions.h"

enum { PAGE = 64 };

flash_read_page_fn costs_read_page;
flash_write_page_fn costs_write_page;
flash_erase_page_fn costs_erase_page;

static struct storage_regions_state state;
static struct turn slots[CLIENTS];
static uint8_t buffer[PAGE];
static const struct storage_regions mux = {
    .state = &state,
    .flash_client = {.page_read = storage_regions_page_read,
                     .page_written = storage_regions_page_written,
                     .page_erased = storage_regions_page_erased},
    .regions = CLIENTS,
    .page_size = PAGE,
    .region_pages = 1,
    .buffer = buffer,
    .buffer_size = PAGE,
    .slots = slots,
};
static struct nonvolatile_storage_transfer ops[CLIENTS];
static uint8_t bytes[CLIENTS];
static struct flash_page *below;

enum err costs_read_page(const struct flash_pages *port, struct flash_page *op)
{
    (void)port;
    below = op;
    return OK;
}

enum err costs_write_page(const struct flash_pages *port, struct flash_page *op)
{
    return costs_read_page(port, op);
}

enum err costs_erase_page(const struct flash_pages *port, struct flash_page *op)
{
    return costs_read_page(port, op);
}

static void ask(struct nonvolatile_storage_transfer *op)
{
    const struct nonvolatile_storage_bytes port = {.owner = &mux,
                                                   .index = (uint8_t)(op - ops)};

    if (storage_regions_read(&port, op) != OK) {
        __builtin_trap();
    }
}

static void done(const struct nonvolatile_storage_bytes_client *client,
                 struct nonvolatile_storage_transfer *op, enum err err)
{
    (void)client;
    (void)err;
    ask(op);
}

static const struct nonvolatile_storage_bytes_client client = {.read_done = done};

void prepare(void)
{
    for (uint8_t i = 0; i < CLIENTS; i++) {
        ops[i].client = &client;
        ops[i].data = &bytes[i];
        ops[i].len = 1;
        ask(&ops[i]);
    }
}

void round_trip(void)
{
    flash_page_read(below, OK);
}
