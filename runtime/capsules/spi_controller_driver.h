/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One device of an SPI bus for processes: which one, and how fast it may be talked to, is
 * the board's to say.
 *
 * A request is a chain of transfers under one select, so it has SPI_CHAIN_MAX buffers of
 * the kernel's at most; longer ones are refused with SIZE. Requests take turns, round robin
 * over the slots. What is sent is copied from the process piece by piece, when it goes out.
 *
 * Rate and mode are each process's own: its requests go out with them and nobody else's
 * do. They begin as the board has them; any mode will do, for nobody else is selected
 * then, and any rate up to the board's, which is what the device can take. A slow chain has
 * the bus for long, which may be others' as well, so there is a least rate, too. Choosing
 * the device is not supported: commands 3 and 4 do not exist.
 *
 * Upcall: done (bytes, status, 0). Status, which upstream does not have, is 0, the bus's
 * error, or SIZE when one of the process's buffers became too short on the way.
 *
 * Invariants: data holds bytes only while a transfer is under way; its end wipes them. The
 * turn is held from a chain's begin until its device is not selected any more: who is next
 * never goes on in another's chain.
 */
#pragma once

#include "hil/spi.h"
#include "kernel/deferred.h"
#include "kernel/driver.h"
#include "lib/arbiter.h"

struct spi_controller_driver_grant {
    uint32_t len;        /* bytes asked for; 0: nothing outstanding */
    uint32_t moved;      /* of these */
    uint32_t rate_hz;    /* chosen; 0: the board's */
    uint8_t request;     /* the command that len is of */
    uint8_t mode_change; /* in which bits the mode differs from the board's */
    bool receives;       /* what comes is for its buffer */
};

struct spi_controller_driver_state {
    struct spi_transfer transfer;
    struct arbiter turns; /* by slot */
    struct process_id active;
};

struct spi_controller_driver {
    struct spi_controller_driver_state *state;
    struct spi_device *spi; /* rate and mode are those of whose turn it is */
    struct spi_controller_client spi_client;
    struct deferred deselected;
    uint32_t rate_min_hz; /* of the board, 1 or more */
    uint32_t rate_max_hz;
    uint8_t mode; /* of the board */
    uint8_t *data;
    uint16_t data_size;
    const struct syscall_driver *driver;
};

void spi_controller_driver_command(const struct spi_controller_driver *self,
                                   struct process *process,
                                   const struct command *command,
                                   struct command_result *result);
void spi_controller_driver_transferred(const struct spi_controller_client *client,
                                       struct spi_transfer *op, enum err err);
void spi_controller_driver_deselected(const struct spi_controller_driver *self);
