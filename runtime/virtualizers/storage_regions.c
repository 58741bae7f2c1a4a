/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A transfer's own descriptor stays here: what goes to the flash is the state's page. */
#include "virtualizers/storage_regions.h"

#include "lib/container.h"
#include "lib/memory.h"

static enum err start(const void *mux, const struct turn *slot);

TURNS_CALL struct turns turns_of(const struct storage_regions *self)
{
    return (struct turns){
        .state = &self->state->turns,
        .slots = self->slots,
        .complete = &self->complete,
        .mux = self,
        .start = start,
    };
}

static const struct storage_regions *self_of(const struct flash_pages_client *client)
{
    return container_of(client, struct storage_regions, flash_client);
}

/* The transfer under way. */
static struct nonvolatile_storage_transfer *active(const struct storage_regions *self)
{
    const struct turns turns = turns_of(self);

    return self->slots[turns_holder(&turns)].op;
}

static void finished(const struct storage_regions *self, uint8_t region,
                     struct nonvolatile_storage_transfer *op, enum err err)
{
    if ((self->state->writing >> region & 1u) != 0) {
        nonvolatile_storage_write_done(op, err);
    } else {
        nonvolatile_storage_read_done(op, err);
    }
}

/* -- pages ------------------------------------------------------------------------------ */

/* Reads the page in which a region's transfer goes on. */
static enum err read_page(const struct storage_regions *self, uint8_t region,
                          const struct nonvolatile_storage_transfer *op)
{
    struct flash_page *page = &self->state->page;
    uint32_t address = op->address + op->moved;

    page->client = &self->flash_client;
    page->data = self->buffer;
    page->page = region * self->region_pages + address / self->page_size;
    return flash_read_page(&self->flash, page);
}

static enum err start(const void *mux, const struct turn *slot)
{
    const struct storage_regions *self = mux;
    struct nonvolatile_storage_transfer *op = slot->op;
    uint32_t moved = op->moved;

    op->moved = 0;
    enum err err = read_page(self, (uint8_t)(slot - self->slots), op);
    if (err != OK) {
        op->moved = moved;
    }
    return err;
}

/* Where the transfer goes on in its page. */
static uint8_t *place(const struct storage_regions *self,
                      const struct nonvolatile_storage_transfer *op)
{
    return &self->buffer[(op->address + op->moved) % self->page_size];
}

/* How much of the transfer is in that page. */
static uint32_t share(const struct storage_regions *self,
                      const struct nonvolatile_storage_transfer *op)
{
    uint32_t room = self->page_size - (op->address + op->moved) % self->page_size;
    uint32_t left = op->len - op->moved;

    return left < room ? left : room;
}

/* Changes the page in the buffer. OK: an erase or a write is under way; *same: it has
 * these bytes already, so there is nothing to do. */
static enum err change(const struct storage_regions *self,
                       const struct nonvolatile_storage_transfer *op, bool *same)
{
    const uint8_t *from = &op->data[op->moved];
    uint8_t *to = place(self, op);
    uint32_t len = share(self, op);
    uint8_t cleared = 0;
    uint8_t set = 0;

    for (uint32_t i = 0; i < len; i++) {
        cleared |= to[i] & (uint8_t)~from[i];
        set |= from[i] & (uint8_t)~to[i];
        to[i] = from[i];
    }
    *same = (cleared | set) == 0;
    if (*same) {
        return OK;
    }
    return set != 0 ? flash_erase_page(&self->flash, &self->state->page)
                    : flash_write_page(&self->flash, &self->state->page);
}

static void end(const struct storage_regions *self, enum err err)
{
    const struct turns turns = turns_of(self);
    uint8_t region = turns_holder(&turns);
    struct nonvolatile_storage_transfer *op = active(self);

    memset(self->buffer, 0, self->buffer_size);
    (void)turns_done(&turns, op); /* its client word never left it */
    finished(self, region, op, err);
    turns_next(&turns);
}

/* The share of one page is done: the next page, or the end. */
static void go_on(const struct storage_regions *self)
{
    const struct turns turns = turns_of(self);
    struct nonvolatile_storage_transfer *op = active(self);
    enum err err = OK;

    op->moved += share(self, op);
    if (op->moved < op->len) {
        err = read_page(self, turns_holder(&turns), op);
        if (err == OK) {
            return;
        }
    }
    end(self, err);
}

void storage_regions_page_read(const struct flash_pages_client *client,
                               struct flash_page *page, enum err err)
{
    const struct storage_regions *self = self_of(client);
    const struct turns turns = turns_of(self);
    struct nonvolatile_storage_transfer *op = active(self);
    bool same = true;

    (void)page;
    if (err == OK) {
        if ((self->state->writing >> turns_holder(&turns) & 1u) != 0) {
            err = change(self, op, &same);
        } else {
            memcpy(&op->data[op->moved], place(self, op), share(self, op));
        }
    }
    if (err != OK) {
        end(self, err);
    } else if (same) {
        go_on(self);
    }
}

void storage_regions_page_erased(const struct flash_pages_client *client,
                                 struct flash_page *page, enum err err)
{
    const struct storage_regions *self = self_of(client);

    if (err == OK) {
        err = flash_write_page(&self->flash, page);
    }
    if (err != OK) {
        end(self, err);
    }
}

void storage_regions_page_written(const struct flash_pages_client *client,
                                  struct flash_page *page, enum err err)
{
    const struct storage_regions *self = self_of(client);

    (void)page;
    if (err == OK) {
        go_on(self);
    } else {
        end(self, err);
    }
}

/* -- transfers --------------------------------------------------------------------------- */

static enum err transfer(const struct nonvolatile_storage_bytes *port,
                         struct nonvolatile_storage_transfer *op, bool write)
{
    const struct storage_regions *self = port->owner;
    const struct turns turns = turns_of(self);
    uint32_t size = self->region_pages * self->page_size;
    uint32_t bit = UINT32_C(1) << port->index;

    if (op->len == 0) {
        return ERR_SIZE;
    }
    if (op->len > size || op->address > size - op->len) {
        return ERR_INVAL;
    }
    if (self->slots[port->index].op == NULL) { /* else this one is refused */
        self->state->writing =
            write ? self->state->writing | bit : self->state->writing & ~bit;
    }
    return turns_start(&turns, port->index, op, op->client);
}

enum err storage_regions_read(const struct nonvolatile_storage_bytes *port,
                              struct nonvolatile_storage_transfer *op)
{
    return transfer(port, op, false);
}

enum err storage_regions_write(const struct nonvolatile_storage_bytes *port,
                               struct nonvolatile_storage_transfer *op)
{
    return transfer(port, op, true);
}

void storage_regions_complete(const struct storage_regions *self)
{
    const struct turns turns = turns_of(self);
    uint32_t due = turns.state->ended;

    while (due != 0) {
        uint8_t region = (uint8_t)__builtin_ctz(due);
        struct turn ended;

        (void)turns_take_ended(&turns, &due, &ended);
        ((struct nonvolatile_storage_transfer *)ended.op)->moved = 0;
        finished(self, region, ended.op, ended.err);
    }
}

bool storage_regions_check(const struct storage_regions *self)
{
    const struct turns turns = turns_of(self);

    return turns_check(&turns, self->regions);
}

const struct nonvolatile_storage_bytes_ops storage_regions_bytes_ops = {
    .read = storage_regions_read,
    .write = storage_regions_write,
};
