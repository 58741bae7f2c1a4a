/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Stress of an SPI bus from one of its devices: lengths, missing and common buffers, kept
 * selects, and in full duplex the answer that the board expects.
 */
#pragma once

#include "capsules/test/stress.h"
#include "hil/spi.h"

#define STRESS_SPI_LEN 40u
#define STRESS_SPI_GUARD 1u /* behind each buffer */

enum {
    STRESS_SPI_ANSWER_ANY,
    STRESS_SPI_ANSWER_ZEROS,
    STRESS_SPI_ANSWER_ONES,
    STRESS_SPI_ANSWER_SAME, /* a wire from out to in */
};

struct stress_spi_state {
    struct stress_state stress;
    struct spi_transfer transfer;
    struct spi_transfer spare;
    uint8_t out[STRESS_SPI_LEN + STRESS_SPI_GUARD];
    uint8_t in[STRESS_SPI_LEN + STRESS_SPI_GUARD];
    uint8_t sent[STRESS_SPI_LEN]; /* what out was filled with */
    uint8_t chained;              /* transfers in a row that kept the device selected */
    bool kept;                    /* we are in the completion of one of these */
};

struct stress_spi {
    struct stress_spi_state *state;
    const struct spi_device *spi;
    struct spi_controller_client spi_client;
    STRESS_MEMBERS;
    uint8_t low;
    uint8_t high;
    uint8_t answer;
};

enum err stress_spi_start(const struct stress_spi *self);
void stress_spi_step(const struct stress_spi *self);
void stress_spi_transferred(const struct spi_controller_client *client,
                            struct spi_transfer *op, enum err err);
void stress_spi_reported(const struct uart_transmit_client *client,
                         struct uart_transmission *op, enum err err);
void stress_spi_late(const struct time_alarm_client *client,
                     struct time_deadline *deadline);
