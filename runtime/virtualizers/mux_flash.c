/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Turns on a flash: see the header, and virtualizers/turns.h for the order. */
#include "virtualizers/mux_flash.h"

#include "lib/container.h"

enum { READ, WRITE, ERASE };

static uint8_t operation_of(const struct mux_flash_state *state, uint8_t part)
{
    if ((state->writing >> part & 1u) != 0) {
        return WRITE;
    }
    return (state->erasing >> part & 1u) != 0 ? ERASE : READ;
}

static enum err start(const void *mux, const struct turn *slot)
{
    const struct mux_flash *self = mux;
    const struct flash_page *op = slot->op;
    struct flash_page *page = &self->state->page;
    uint8_t part = (uint8_t)(slot - self->slots);

    page->client = &self->flash_client;
    page->data = op->data;
    page->page = part * self->part_pages + op->page;
    switch (operation_of(self->state, part)) {
    case READ:
        return flash_read_page(&self->flash, page);
    case WRITE:
        return flash_write_page(&self->flash, page);
    default:
        return flash_erase_page(&self->flash, page);
    }
}

TURNS_CALL struct turns turns_of(const struct mux_flash *self)
{
    return (struct turns){
        .state = &self->state->turns,
        .slots = self->slots,
        .complete = &self->complete,
        .mux = self,
        .start = start,
    };
}

static uint32_t with_bit(uint32_t bits, uint8_t bit, bool set)
{
    return (bits & ~(UINT32_C(1) << bit)) | (uint32_t)set << bit;
}

static enum err begin(const struct flash_pages *port, struct flash_page *op,
                      uint8_t operation)
{
    const struct mux_flash *self = port->owner;
    struct mux_flash_state *state = self->state;
    const struct turns turns = turns_of(self);

    if (op->page >= self->part_pages) {
        return ERR_INVAL;
    }
    if (self->slots[port->index].op == NULL) { /* else this one is refused */
        state->writing = with_bit(state->writing, port->index, operation == WRITE);
        state->erasing = with_bit(state->erasing, port->index, operation == ERASE);
    }
    return turns_start(&turns, port->index, op, op->client);
}

enum err mux_flash_read_page(const struct flash_pages *port, struct flash_page *op)
{
    return begin(port, op, READ);
}

enum err mux_flash_write_page(const struct flash_pages *port, struct flash_page *op)
{
    return begin(port, op, WRITE);
}

enum err mux_flash_erase_page(const struct flash_pages *port, struct flash_page *op)
{
    return begin(port, op, ERASE);
}

/* -- completions ----------------------------------------------------------------------- */

static void finish(uint8_t operation, struct flash_page *op, enum err err)
{
    switch (operation) {
    case READ:
        flash_page_read(op, err);
        break;
    case WRITE:
        flash_page_written(op, err);
        break;
    default:
        flash_page_erased(op, err);
        break;
    }
}

static void done(const struct flash_pages_client *client, enum err err)
{
    const struct mux_flash *self = container_of(client, struct mux_flash, flash_client);
    const struct turns turns = turns_of(self);
    uint8_t part = turns_holder(&turns);
    uint8_t operation = operation_of(self->state, part);
    struct flash_page *op = self->slots[part].op;

    (void)turns_done(&turns, op); /* its client word never left it */
    finish(operation, op, err);
    turns_next(&turns);
}

void mux_flash_page_read(const struct flash_pages_client *client,
                         struct flash_page *page, enum err err)
{
    (void)page;
    done(client, err);
}

void mux_flash_page_written(const struct flash_pages_client *client,
                            struct flash_page *page, enum err err)
{
    (void)page;
    done(client, err);
}

void mux_flash_page_erased(const struct flash_pages_client *client,
                           struct flash_page *page, enum err err)
{
    (void)page;
    done(client, err);
}

void mux_flash_complete(const struct mux_flash *self)
{
    const struct turns turns = turns_of(self);
    uint32_t due = turns.state->ended;

    while (due != 0) {
        uint8_t part = (uint8_t)__builtin_ctz(due);
        uint8_t operation = operation_of(self->state, part);
        struct turn ended;

        (void)turns_take_ended(&turns, &due, &ended);
        finish(operation, ended.op, ended.err);
    }
}

bool mux_flash_check(const struct mux_flash *self)
{
    const struct turns turns = turns_of(self);

    return turns_check(&turns, self->parts);
}

const struct flash_pages_ops mux_flash_pages_ops = {
    .read_page = mux_flash_read_page,
    .write_page = mux_flash_write_page,
    .erase_page = mux_flash_erase_page,
};
