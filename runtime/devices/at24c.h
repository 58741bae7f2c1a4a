/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * EEPROM of Microchip's AT24C family (DS20006270), those with two bytes of address.
 *
 * A transfer goes in pieces, none across a page and none longer, so that others have the
 * bus between them. While the part writes it does not answer: it is asked again each
 * tick, and a write completes when it answers. A part that is not there is told by that.
 *
 * Invariants: op is NULL exactly when it is idle. Nothing of a piece stays in bytes.
 */
#pragma once

#include "hil/i2c.h"
#include "hil/nonvolatile_storage.h"
#include "hil/time.h"

struct at24c_state {
    struct nonvolatile_storage_transfer *op;
    struct i2c_transfer transfer;
    struct time_deadline deadline;
    uint16_t piece; /* bytes of op in transfer; 0: it only asks for an answer */
    uint8_t tries;  /* left until a part that does not answer is not there */
    bool writes;
};

struct at24c {
    struct at24c_state *state;
    const struct i2c_device *i2c;
    struct i2c_controller_client i2c_client;
    struct time_alarm timer_alarm;
    struct time_alarm_client timer_alarm_client;
    struct time_counter timer_counter;
    uint32_t size_b;
    uint32_t page_b;
    uint32_t tick;
    uint8_t *bytes; /* an address, and a piece to write */
    uint16_t bytes_size;
};

extern const struct nonvolatile_storage_bytes_ops at24c_bytes_ops;

nonvolatile_storage_read_fn at24c_read;
nonvolatile_storage_write_fn at24c_write;

void at24c_transferred(const struct i2c_controller_client *client,
                       struct i2c_transfer *transfer, enum err err);
void at24c_alarm_fired(const struct time_alarm_client *client,
                       struct time_deadline *deadline);
