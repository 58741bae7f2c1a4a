/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Stress of an I2C bus from one of its addresses: reads of a register whose value is known,
 * bare writes of its number, bare reads. Where no device answers, transfers of all shapes,
 * each of which has to say so.
 */
#pragma once

#include "capsules/test/stress.h"
#include "hil/i2c.h"

#define STRESS_I2C_LEN 2u

struct stress_i2c_state {
    struct stress_state stress;
    struct i2c_transfer transfer;
    struct i2c_transfer spare;
    uint8_t out[STRESS_I2C_LEN];
    uint8_t in[STRESS_I2C_LEN + 1u]; /* one that has to stay as it is */
};

struct stress_i2c {
    struct stress_i2c_state *state;
    const struct i2c_device *i2c;
    struct i2c_controller_client i2c_client;
    STRESS_MEMBERS;
    bool answers;
    uint8_t index;
    uint16_t value;
};

enum err stress_i2c_start(const struct stress_i2c *self);
void stress_i2c_step(const struct stress_i2c *self);
void stress_i2c_transferred(const struct i2c_controller_client *client,
                            struct i2c_transfer *op, enum err err);
void stress_i2c_reported(const struct uart_transmit_client *client,
                         struct uart_transmission *op, enum err err);
void stress_i2c_late(const struct time_alarm_client *client,
                     struct time_deadline *deadline);
