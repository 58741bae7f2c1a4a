/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* mux_flash: every client reads its first page, again and again. */
#include "costs.h"
#include "virtualizers/mux_flash.h"

flash_read_page_fn costs_read_page;
flash_write_page_fn costs_write_page;
flash_erase_page_fn costs_erase_page;

static struct mux_flash_state state;
static struct turn slots[CLIENTS];
static const struct mux_flash mux = {
    .state = &state,
    .flash_client = {.page_read = mux_flash_page_read,
                     .page_written = mux_flash_page_written,
                     .page_erased = mux_flash_page_erased},
    .parts = CLIENTS,
    .part_pages = 1,
    .slots = slots,
};
static struct flash_page ops[CLIENTS];
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

static void ask(struct flash_page *op)
{
    const struct flash_pages port = {.owner = &mux, .index = (uint8_t)(op - ops)};

    if (mux_flash_read_page(&port, op) != OK) {
        __builtin_trap();
    }
}

static void done(const struct flash_pages_client *client, struct flash_page *op,
                 enum err err)
{
    (void)client;
    (void)err;
    ask(op);
}

static const struct flash_pages_client client = {.page_read = done};

void prepare(void)
{
    for (uint8_t i = 0; i < CLIENTS; i++) {
        ops[i].client = &client;
        ask(&ops[i]);
    }
}

void round_trip(void)
{
    flash_page_read(below, OK);
}
