/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One SPI bus for up to 32 devices: round robin, one outstanding transfer each, in the
 * order of lib/arbiter.
 *
 * Transfers travel through with the device they are for, so the settings in force are
 * always those of the device whose turn it is. Nothing is copied. A chain is one turn: who
 * keeps its device selected goes on before the others, SPI_CHAIN_MAX transfers long; a
 * longer one is refused with SIZE. So nobody waits for more than one chain of each other.
 */
#pragma once

#include "hil/spi.h"
#include "virtualizers/turns.h"

struct mux_spi_state {
    struct turns_state turns;
    const struct spi_device *kept; /* of the chain */
    uint8_t chained;               /* its completed transfers; 0: there is no chain */
};

struct mux_spi {
    struct mux_spi_state *state;
    struct spi_controller spi;
    struct spi_controller_client spi_client;
    struct turn *slots;
    uint8_t slot_count;
    struct deferred complete;
};

extern const struct spi_controller_ops mux_spi_controller_ops;

spi_transfer_fn mux_spi_transfer;
spi_transfer_cancel_fn mux_spi_transfer_cancel;

void mux_spi_transferred(const struct spi_controller_client *client,
                         struct spi_transfer *op, enum err err);
void mux_spi_complete(const struct mux_spi *self);
bool mux_spi_check(const struct mux_spi *self);
