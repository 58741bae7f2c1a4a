/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * SPI controller PL022 of Arm (DDI 0194), interrupt driven through both FIFOs, no DMA.
 *
 * Rate and mode of a device are applied before it is selected; a chain goes on under both.
 * A cancelled transfer still ends the bytes that are in the FIFO, at most eight, so that
 * the next device never sees them.
 *
 * Invariants: transfer is NULL exactly when the controller is idle. Of its bytes no more
 * than a FIFO holds are sent and not taken back, so none can be lost. A device is selected
 * while its transfer is under way, while it is kept, and never beside another.
 */
#pragma once

#include "hil/spi.h"
#include "kernel/deferred.h"

struct pl022_registers {
    uint32_t format; /* of a word, and the fine division of the rate */
    uint32_t control;
    uint32_t data;
    uint32_t status;
    uint32_t prescale; /* the coarse division, even */
    uint32_t mask;     /* 1: the interrupt reaches the line */
    uint32_t raw;
    uint32_t masked;
    uint32_t clear; /* write 1 */
};

struct pl022_state {
    struct spi_transfer *transfer;
    const struct spi_device
        *kept;      /* selected with no transfer: inside a completion only */
    uint16_t sent;  /* bytes of transfer that went into the FIFO */
    bool cancelled; /* no more go into it */
    bool ended;     /* transfer completes from the deferred call */
};

struct pl022 {
    struct pl022_state *state;
    volatile struct pl022_registers *registers;
    struct deferred ended;
    uint32_t input_hz;
};

extern const struct spi_controller_ops pl022_controller_ops;

spi_transfer_fn pl022_transfer;
spi_transfer_cancel_fn pl022_transfer_cancel;

enum err pl022_init(const struct pl022 *self);
void pl022_interrupt(const struct pl022 *self);
void pl022_ended(const struct pl022 *self);
