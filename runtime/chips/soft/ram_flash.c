/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "chips/soft/ram_flash.h"

#include "lib/memory.h"

#define ERASED 0xFF

enum { READ, WRITE, ERASE };

enum err ram_flash_init(const struct ram_flash *self)
{
    memset(self->memory, ERASED, self->memory_size);
    return OK;
}

static enum err start(const struct flash_pages *port, struct flash_page *page,
                      uint8_t operation)
{
    const struct ram_flash *self = port->owner;
    struct ram_flash_state *state = self->state;

    if (page->client == NULL || page->page >= self->pages) {
        return ERR_INVAL;
    }
    if (state->page != NULL) {
        return ERR_BUSY;
    }
    state->page = page;
    state->operation = operation;
    deferred_set(&self->step);
    return OK;
}

enum err ram_flash_read_page(const struct flash_pages *port, struct flash_page *page)
{
    return start(port, page, READ);
}

enum err ram_flash_write_page(const struct flash_pages *port, struct flash_page *page)
{
    return start(port, page, WRITE);
}

enum err ram_flash_erase_page(const struct flash_pages *port, struct flash_page *page)
{
    return start(port, page, ERASE);
}

void ram_flash_step(const struct ram_flash *self)
{
    struct ram_flash_state *state = self->state;
    struct flash_page *page = state->page;
    uint8_t *there = &self->memory[page->page * self->page_size_b];

    state->page = NULL; /* idle before completing: the callback may start the next */
    switch (state->operation) {
    case READ:
        memcpy(page->data, there, self->page_size_b);
        flash_page_read(page, OK);
        break;
    case WRITE:
        for (uint32_t i = 0; i < self->page_size_b; i++) {
            there[i] &= page->data[i];
        }
        flash_page_written(page, OK);
        break;
    default:
        memset(there, ERASED, self->page_size_b);
        flash_page_erased(page, OK);
        break;
    }
}

const struct flash_pages_ops ram_flash_pages_ops = {
    .read_page = ram_flash_read_page,
    .write_page = ram_flash_write_page,
    .erase_page = ram_flash_erase_page,
};
