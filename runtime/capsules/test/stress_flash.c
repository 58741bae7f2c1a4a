/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "capsules/test/stress_flash.h"

#include "lib/container.h"
#include "lib/memory.h"

#define UNTOUCHED 0xA5u
#define ERASED 0xFFu

enum { READ, WRITE, ERASE };

/* -- calls ------------------------------------------------------------------------- */

static uint8_t pattern_byte(uint8_t pattern, uint32_t at)
{
    return (uint8_t)(pattern ^ at * 29u ^ at >> 3);
}

/* What is at this place of a page that is known. */
static uint8_t held(const struct stress_flash_page *page, uint32_t at)
{
    uint8_t held = ERASED;

    for (uint8_t i = 0; i < page->writes; i++) {
        held &= pattern_byte(page->pattern[i], at);
    }
    return held;
}

static struct stress_flash_page *page_of(const struct stress_flash *self)
{
    return &self->state->pages[self->state->operation.page];
}

static enum err call(const struct stress_flash *self, struct flash_page *op,
                     uint8_t verb)
{
    switch (verb) {
    case READ:
        return flash_read_page(&self->flash, op);
    case WRITE:
        return flash_write_page(&self->flash, op);
    default:
        return flash_erase_page(&self->flash, op);
    }
}

static enum err start_right(const struct stress_flash *self)
{
    struct stress_flash_state *state = self->state;
    struct stress_state *stress = &state->stress;
    struct flash_page *op = &state->operation;
    uint32_t pages =
        self->pages < STRESS_FLASH_PAGES ? self->pages : STRESS_FLASH_PAGES;
    uint8_t pattern = (uint8_t)stress_random(stress, 256);

    op->client = &self->flash_client;
    op->data = self->page;
    op->page = stress_random(stress, pages);
    struct stress_flash_page *page = page_of(self);
    state->verb = page->known ? (uint8_t)stress_random(stress, ERASE + 1u) : ERASE;
    if (state->verb == WRITE && page->writes == STRESS_FLASH_WRITES) {
        state->verb = READ;
    }
    memset(self->page, UNTOUCHED, self->page_size);
    if (state->verb == ERASE) {
        op->data = NULL;
    } else if (state->verb == WRITE) {
        page->pattern[page->writes] = pattern;
        for (uint32_t i = 0; i + 1 < self->page_size; i++) {
            self->page[i] = pattern_byte(pattern, i);
        }
    }
    return call(self, op, state->verb);
}

static enum err start(const void *object, enum stress_start what)
{
    const struct stress_flash *self = object;
    struct stress_flash_state *state = self->state;
    struct flash_page *op = &state->spare;

    if (what == STRESS_RIGHT) {
        return start_right(self);
    }
    op->client = what == STRESS_NOBODY ? NULL : &self->flash_client;
    op->data = self->page;
    op->page = what == STRESS_EMPTY ? self->pages : 0;
    enum err err = call(self, op, (uint8_t)stress_random(&state->stress, ERASE + 1u));

    /* A page has no length to be wrong, but a number. */
    return what == STRESS_EMPTY && err == ERR_INVAL ? ERR_SIZE : err;
}

static struct stress stress_of(const struct stress_flash *self)
{
    return STRESS_OF("stress_flash", self, start, NULL);
}

enum err stress_flash_start(const struct stress_flash *self)
{
    const struct stress stress = stress_of(self);

    stress_begin(&stress);
    return OK;
}

void stress_flash_step(const struct stress_flash *self)
{
    const struct stress stress = stress_of(self);

    stress_step(&stress);
}

/* -- completions ------------------------------------------------------------------- */

static bool bytes_are_right(const struct stress_flash *self)
{
    const struct stress_flash_page *page = page_of(self);
    uint8_t verb = self->state->verb;
    uint32_t size = self->page_size - 1u;
    bool right = self->page[size] == UNTOUCHED;

    for (uint32_t i = 0; i < size && verb == READ; i++) {
        right = right && self->page[i] == held(page, i);
    }
    for (uint32_t i = 0; i < size && verb == WRITE; i++) {
        right = right && self->page[i] == pattern_byte(page->pattern[page->writes], i);
    }
    return right;
}

static void done(const struct flash_pages_client *client, struct flash_page *op,
                 enum err err, uint8_t verb)
{
    const struct stress_flash *self =
        container_of(client, struct stress_flash, flash_client);
    const struct stress stress = stress_of(self);
    struct stress_flash_state *state = self->state;

    if (!stress_ended(&stress, op == &state->operation, err, OK) ||
        !stress_holds(&stress, state->verb == verb,
                      "completed as another operation than it was") ||
        !stress_holds(&stress, bytes_are_right(self), "wrong bytes came")) {
        return;
    }
    struct stress_flash_page *page = page_of(self);
    if (verb == WRITE) {
        page->writes++;
    } else if (verb == ERASE) {
        page->writes = 0;
        page->known = true;
    }
    stress_next(&stress);
}

void stress_flash_read(const struct flash_pages_client *client, struct flash_page *op,
                       enum err err)
{
    done(client, op, err, READ);
}

void stress_flash_written(const struct flash_pages_client *client,
                          struct flash_page *op, enum err err)
{
    done(client, op, err, WRITE);
}

void stress_flash_erased(const struct flash_pages_client *client, struct flash_page *op,
                         enum err err)
{
    done(client, op, err, ERASE);
}

void stress_flash_reported(const struct uart_transmit_client *client,
                           struct uart_transmission *op, enum err err)
{
    (void)client;
    (void)op;
    (void)err; /* the line has been said or not */
}

void stress_flash_late(const struct time_alarm_client *client,
                       struct time_deadline *deadline)
{
    const struct stress stress =
        stress_of(container_of(client, struct stress_flash, timer_alarm_client));

    (void)deadline;
    stress_late(&stress);
}
