/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Stress of flash: reads, writes and erasures of its first pages in any order. What a page
 * holds is known from the first erasure on, a second write over a first one included.
 */
#pragma once

#include "capsules/test/stress.h"
#include "hil/flash.h"

#define STRESS_FLASH_PAGES 8u
#define STRESS_FLASH_WRITES 2u /* between two erasures */

/** What the page was written with, one over the other. */
struct stress_flash_page {
    bool known; /* it was erased */
    uint8_t writes;
    uint8_t pattern[STRESS_FLASH_WRITES];
};

struct stress_flash_state {
    struct stress_state stress;
    struct flash_page operation;
    struct flash_page spare;
    uint8_t verb;
    struct stress_flash_page pages[STRESS_FLASH_PAGES];
};

struct stress_flash {
    struct stress_flash_state *state;
    struct flash_pages flash;
    struct flash_pages_client flash_client;
    STRESS_MEMBERS;
    uint32_t pages;
    uint8_t *page; /* its last byte is no part of it and stays as it is */
    uint16_t page_size;
};

enum err stress_flash_start(const struct stress_flash *self);
void stress_flash_step(const struct stress_flash *self);
void stress_flash_read(const struct flash_pages_client *client, struct flash_page *op,
                       enum err err);
void stress_flash_written(const struct flash_pages_client *client,
                          struct flash_page *op, enum err err);
void stress_flash_erased(const struct flash_pages_client *client, struct flash_page *op,
                         enum err err);
void stress_flash_reported(const struct uart_transmit_client *client,
                           struct uart_transmission *op, enum err err);
void stress_flash_late(const struct time_alarm_client *client,
                       struct time_deadline *deadline);
