/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * SPI: full duplex transfers with one device of a bus, the controller's side.
 *
 * What a device is on the bus stands in its edge's object, which goes along with each
 * transfer: the controller applies it before the first bit, so no client can change
 * another's settings, behind however many muxes. Direct and shared wiring look alike.
 *
 * A device is selected from the first bit of a transfer to the last. One that keeps it
 * selected begins a chain: the transfer that is started for the same device inside its
 * completion goes on under the same select, before anybody else's, and so on. When a
 * completion returns without that, the controller deselects. A device with an active high
 * select is wired through an inverter.
 */
#pragma once

#include "hil/gpio.h"
#include "hil/port.h"

/** Transfers in a chain, where a bus is shared: what bounds the wait of the others. */
enum { SPI_CHAIN_MAX = 16 };

HIL_PORT(spi_controller);

/** One client edge. Where its owner changes it (`dynamic`), only with nothing lent. */
struct spi_device {
    struct spi_controller controller;
    const struct gpio_output
        *chip_select; /* low while selected; NULL: always selected */
    uint32_t rate_hz; /* at most; the controller rounds down */
    uint8_t mode;     /* 0 to 3: polarity * 2 + phase */
};

struct spi_transfer {
    const struct spi_controller_client *client;
    const struct spi_device *device; /* noted by spi_transfer */
    uint8_t *tx;                     /* lent; NULL: 0xff is sent */
    uint8_t *rx;                     /* lent; NULL: what comes is dropped; may be tx */
    uint16_t len;                    /* bytes, most significant bit first; SIZE if 0 */
    uint16_t done_len;               /* out: bytes sent and received */
    bool keep_selected;              /* after OK: see above */
};

/** Embedded in the requester's const object, written by the generator from handles. */
struct spi_controller_client {
    void (*transferred)(const struct spi_controller_client *, struct spi_transfer *,
                        enum err);
};

typedef enum err spi_transfer_fn(const struct spi_controller *, struct spi_transfer *);
typedef enum err spi_transfer_cancel_fn(const struct spi_controller *,
                                        struct spi_transfer *, enum cancel *);

struct spi_controller_ops {
    spi_transfer_fn *transfer;
    spi_transfer_cancel_fn *transfer_cancel;
};

#ifdef SPI_CONTROLLER_SEALED
#define SPI_CONTROLLER(port, operation) HIL_JOIN(SPI_CONTROLLER_SEALED, operation)
spi_transfer_fn SPI_CONTROLLER(, transfer);
spi_transfer_cancel_fn SPI_CONTROLLER(, transfer_cancel);
#else
#define SPI_CONTROLLER(port, operation) (port)->ops->operation
#endif

/** For who passes a transfer on: op->device is its first sender's. */
HIL_CALL enum err spi_transfer_forward(const struct spi_controller *port,
                                       struct spi_transfer *op)
{
    return SPI_CONTROLLER(port, transfer)(port, op);
}

/** The same of its cancel. */
HIL_CALL enum err spi_transfer_cancel_forward(const struct spi_controller *port,
                                              struct spi_transfer *op,
                                              enum cancel *outcome)
{
    return SPI_CONTROLLER(port, transfer_cancel)(port, op, outcome);
}

/** BUSY: this edge's earlier transfer is still to complete. SIZE: len is 0, or the chain is
 * too long. INVAL: no client, or the controller cannot do what device asks for. OFF, FAIL:
 * the hardware refused. After an error nothing was lent. */
HIL_CALL enum err spi_transfer(const struct spi_device *device, struct spi_transfer *op)
{
    op->device = device;
    return spi_transfer_forward(&device->controller, op);
}

/** OK: op still completes, with CANCEL and deselected if *outcome is CANCELLED. ALREADY:
 * not lent here. */
HIL_CALL enum err spi_transfer_cancel(const struct spi_device *device,
                                      struct spi_transfer *op, enum cancel *outcome)
{
    return spi_transfer_cancel_forward(&device->controller, op, outcome);
}

/** Controllers end op with this, last: they are idle before it, and it may start the next. */
HIL_CALL_INFALLIBLE void spi_transferred(struct spi_transfer *op, enum err err)
{
    op->client->transferred(op->client, op, err);
}
