/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * SD card in SPI mode (SD Physical Layer Simplified Specification, chapter 7): version 1
 * and 2 cards, addressed by byte or by block, single blocks.
 *
 * `start` begins to look for a card, and so does the first operation after that, or a
 * block, failed; what is asked for meanwhile waits. Until a card has started the bus runs
 * at 400 kHz for it, after that at the rate of its edge. A block read is one chain, for
 * the card wants to be selected from the command to the last byte; a card that is busy
 * writing is left alone for a tick of the alarm, and others have the bus.
 *
 * Not done: a check of the data's CRC, which cards in this mode do not ask for; clocks
 * before the first command with the card deselected, for its edge can only select it.
 *
 * Invariants: at most one transfer or deadline is outstanding, and `step` says which.
 * While it is IDLE, op is NULL but inside the client's callback. The card is not selected in
 * that callback: what ends in a chain is told from the deferred call, so that whoever asks
 * next begins a chain of its own.
 */
#pragma once

#include "hil/disk.h"
#include "hil/spi.h"
#include "hil/time.h"

#include "kernel/deferred.h"

#define SDCARD_BYTES                                                                   \
    20u /* a fill byte, a command of 6, an answer of 1 to 8, 4 more, 1 */

enum sdcard_step {
    SDCARD_IDLE,
    SDCARD_WAKING,
    SDCARD_RESETTING,
    SDCARD_CHECKING, /* the version */
    SDCARD_PREFIXING,
    SDCARD_STARTING,
    SDCARD_ASKING, /* how it is addressed */
    SDCARD_SIZING,
    SDCARD_READ_ASKING,
    SDCARD_READING,
    SDCARD_READ_ENDING,
    SDCARD_WRITE_ASKING,
    SDCARD_WRITE_BEGINNING,
    SDCARD_WRITING,
    SDCARD_WRITE_ENDING,
    SDCARD_WRITE_WAITING,
};

struct sdcard_state {
    struct disk_block *op; /* lent to us; NULL: none */
    struct spi_transfer transfer;
    struct time_deadline deadline;
    uint8_t bytes[SDCARD_BYTES]; /* what transfer sends and gets, but for data */
    uint8_t step;                /* enum sdcard_step */
    uint8_t chained;             /* transfers since the card was selected */
    uint16_t tries;              /* left of what is tried again */
    uint16_t filled;             /* bytes of the block that came */
    enum err err;                /* of what ended in a chain, for the deferred call */
    bool in_data;                /* their mark has come */
    bool writes;                 /* op is to be written */
    bool ready;
    bool version_2;
    bool by_block; /* addresses are numbers of blocks, not of bytes */
};

struct sdcard {
    struct sdcard_state *state;
    struct spi_device *spi; /* its rate is ours to change */
    struct spi_controller_client spi_client;
    struct time_alarm timer_alarm;
    struct time_counter timer_counter;
    struct time_alarm_client timer_alarm_client;
    struct deferred ended;
    uint32_t data_hz;
    uint32_t tick; /* of the alarm, between two tries */
};

extern const struct disk_blocks_ops sdcard_blocks_ops;

disk_read_block_fn sdcard_read_block;
disk_write_block_fn sdcard_write_block;

void sdcard_transferred(const struct spi_controller_client *client,
                        struct spi_transfer *transfer, enum err err);
void sdcard_alarm_fired(const struct time_alarm_client *client,
                        struct time_deadline *deadline);
void sdcard_ended(const struct sdcard *self);
enum err sdcard_start(const struct sdcard *self);
