/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A step is entered by what starts its transfer and left in `stepped`, when that is over. */
#include "devices/sdcard.h"

#include "lib/assert.h"
#include "lib/container.h"
#include "lib/memory.h"
#include <stddef.h>

#define START_HZ 400000u

/* Numbers of commands. */
#define GO_IDLE 0u
#define SEND_CONDITION 8u
#define SET_BLOCK_SIZE 16u
#define READ_BLOCK 17u
#define WRITE_BLOCK 24u
#define APP_START 41u /* after APP_PREFIX */
#define APP_PREFIX 55u
#define READ_REGISTER 58u

#define COMMAND_LEN 7u /* with the fill byte before it */
#define ANSWER_MAX 8u  /* bytes within which the answer begins */
#define WAKING_LEN 10u /* the specification asks for 74 clocks */

#define ANSWER_NONE 0xFFu
#define ANSWER_IDLE 0x01u
#define ANSWER_ILLEGAL 0x04u
#define ANSWER_ADDRESS 0x60u /* or parameter: there is no such block */

#define CONDITION 0x1AAu /* 3.3 V, and a pattern that comes back */
#define BIG_CARDS (UINT32_C(1) << 30)
#define BY_BLOCK 0x40u /* in the first byte of the register */

#define FILL 0xFFu
#define DATA_MARK 0xFEu
#define CRC_LEN 2u
#define ACCEPTED_MASK 0x1Fu
#define ACCEPTED 0x05u

#define RESET_TRIES 10u
#define START_TRIES 100u /* a second */
#define WRITE_TRIES 50u

/* -- what is sent ----------------------------------------------------------------------- */

static enum err move(const struct sdcard *self, enum sdcard_step step, uint8_t *tx,
                     uint8_t *rx, uint32_t len, bool keep)
{
    struct sdcard_state *state = self->state;
    struct spi_transfer *transfer = &state->transfer;

    state->step = (uint8_t)step;
    state->chained = keep ? (uint8_t)(state->chained + 1u) : 0;
    transfer->client = &self->spi_client;
    transfer->tx = tx;
    transfer->rx = rx;
    transfer->len = (uint16_t)len;
    transfer->keep_selected = keep;
    enum err err = spi_transfer(self->spi, transfer);
    return err == OK || err == ERR_OFF ? err : ERR_FAIL;
}

static enum err command(const struct sdcard *self, enum sdcard_step step,
                        uint8_t number, uint32_t argument)
{
    uint8_t *bytes = self->state->bytes;

    memset(bytes, FILL, SDCARD_BYTES);
    bytes[1] = 0x40u | number;
    bytes[2] = (uint8_t)(argument >> 24);
    bytes[3] = (uint8_t)(argument >> 16);
    bytes[4] = (uint8_t)(argument >> 8);
    bytes[5] = (uint8_t)argument;
    if (number == GO_IDLE || number == SEND_CONDITION) { /* the only ones it checks */
        bytes[6] = number == GO_IDLE ? 0x95u : 0x87u;
    }
    return move(self, step, bytes, bytes, SDCARD_BYTES,
                number == READ_BLOCK || number == WRITE_BLOCK);
}

/* Where the answer is in what came; 0: there is none. */
static uint32_t answer_place(const uint8_t *bytes)
{
    for (uint32_t i = COMMAND_LEN; i < COMMAND_LEN + ANSWER_MAX; i++) {
        if ((bytes[i] & 0x80u) == 0) {
            return i;
        }
    }
    return 0;
}

static enum err try_again(const struct sdcard *self, enum sdcard_step step,
                          enum err otherwise)
{
    struct sdcard_state *state = self->state;

    if (state->tries == 0) {
        return otherwise;
    }
    state->tries--;
    state->step = (uint8_t)step;
    state->deadline.client = &self->timer_alarm_client;
    state->deadline.reference = time_counter_now(&self->timer_counter);
    state->deadline.dt = self->tick;
    time_alarm_set(&self->timer_alarm, &state->deadline);
    return OK;
}

/* Begins op, or what has to be before it. */
static enum err begin(const struct sdcard *self)
{
    struct sdcard_state *state = self->state;

    if (!state->ready) {
        state->tries = RESET_TRIES;
        self->spi->rate_hz = self->data_hz < START_HZ ? self->data_hz : START_HZ;
        return move(self, SDCARD_WAKING, NULL, NULL, WAKING_LEN, false);
    }
    uint32_t address = state->op->number;
    if (!state->by_block) {
        if (address > UINT32_MAX / DISK_BLOCK_SIZE) {
            return ERR_INVAL;
        }
        address *= DISK_BLOCK_SIZE;
    }
    return state->writes ? command(self, SDCARD_WRITE_ASKING, WRITE_BLOCK, address)
                         : command(self, SDCARD_READ_ASKING, READ_BLOCK, address);
}

/* -- starting a card -------------------------------------------------------------------- */

static enum err checked(const struct sdcard *self, uint8_t answer, const uint8_t *more)
{
    struct sdcard_state *state = self->state;

    state->version_2 = (answer & ANSWER_ILLEGAL) == 0;
    if (state->version_2 &&
        ((more[2] & 0x0Fu) != CONDITION >> 8 || more[3] != (CONDITION & 0xFFu))) {
        return ERR_OFF; /* not at this voltage */
    }
    state->tries = START_TRIES;
    return command(self, SDCARD_PREFIXING, APP_PREFIX, 0);
}

static enum err started(const struct sdcard *self)
{
    struct sdcard_state *state = self->state;

    self->spi->rate_hz = self->data_hz;
    state->ready = true;
    state->step = SDCARD_IDLE;
    return state->op == NULL ? OK : begin(self);
}

/* A step of the start is over; answer is the card's, more what came after it. */
static enum err start_stepped(const struct sdcard *self, uint8_t answer,
                              const uint8_t *more)
{
    struct sdcard_state *state = self->state;
    bool well = (answer & (uint8_t)~ANSWER_IDLE) == 0;

    switch (state->step) {
    case SDCARD_RESETTING:
        return answer == ANSWER_IDLE
                   ? command(self, SDCARD_CHECKING, SEND_CONDITION, CONDITION)
                   : try_again(self, SDCARD_RESETTING, ERR_OFF);
    case SDCARD_CHECKING:
        return checked(self, answer, more);
    case SDCARD_PREFIXING:
        return well ? command(self, SDCARD_STARTING, APP_START,
                              state->version_2 ? BIG_CARDS : 0)
                    : ERR_OFF;
    case SDCARD_STARTING:
        if (answer == ANSWER_IDLE) {
            return try_again(self, SDCARD_PREFIXING, ERR_OFF);
        }
        return answer == 0 ? command(self, SDCARD_ASKING, READ_REGISTER, 0) : ERR_OFF;
    case SDCARD_ASKING: /* some say idle here although they have started */
        state->by_block = state->version_2 && (more[0] & BY_BLOCK) != 0;
        return well ? command(self, SDCARD_SIZING, SET_BLOCK_SIZE, DISK_BLOCK_SIZE)
                    : ERR_OFF;
    default:
        ASSERT(state->step == SDCARD_SIZING);
        return well ? started(self) : ERR_OFF;
    }
}

/* -- blocks ----------------------------------------------------------------------------- */

/* Takes what came while the card is to send a block: the rest of an answer, or what was
 * read into the block's own memory, as much as was missing. */
static enum err take(const struct sdcard *self, const uint8_t *bytes, uint32_t len)
{
    struct sdcard_state *state = self->state;
    uint8_t *data = state->op->data;

    for (uint32_t i = 0; i < len; i++) {
        if (state->in_data) {
            data[state->filled++] = bytes[i];
        } else if (bytes[i] == DATA_MARK) {
            state->in_data = true;
        } else if (bytes[i] != FILL) {
            return ERR_FAIL; /* a mark that says why not */
        }
    }
    if (state->filled == DISK_BLOCK_SIZE) {
        return move(self, SDCARD_READ_ENDING, NULL, NULL, CRC_LEN, false);
    }
    if (state->chained == SPI_CHAIN_MAX - 1) {
        return ERR_FAIL; /* it takes too long */
    }
    return move(self, SDCARD_READING, NULL, data + state->filled,
                DISK_BLOCK_SIZE - state->filled, true);
}

/* The card has taken the block, or not, and may be busy with it. */
static enum err write_ended(const struct sdcard *self, bool *over)
{
    struct sdcard_state *state = self->state;
    const uint8_t *bytes = state->bytes;
    uint32_t place = CRC_LEN;

    while (place < CRC_LEN + ANSWER_MAX && bytes[place] == FILL) {
        place++;
    }
    if ((bytes[place] & ACCEPTED_MASK) != ACCEPTED) {
        return ERR_FAIL;
    }
    *over = bytes[CRC_LEN + ANSWER_MAX] == FILL;
    state->tries = WRITE_TRIES;
    return *over ? OK : try_again(self, SDCARD_WRITE_WAITING, ERR_FAIL);
}

static enum err block_asked(const struct sdcard *self, uint8_t answer,
                            const uint8_t *more)
{
    struct sdcard_state *state = self->state;

    if (answer != 0) {
        return answer != ANSWER_NONE && (answer & ANSWER_ADDRESS) != 0 ? ERR_INVAL
                                                                       : ERR_FAIL;
    }
    if (state->step == SDCARD_WRITE_ASKING) {
        state->bytes[0] = FILL;
        state->bytes[1] = DATA_MARK;
        return move(self, SDCARD_WRITE_BEGINNING, state->bytes, NULL, 2, true);
    }
    state->filled = 0;
    state->in_data = false;
    return take(self, more, (uint32_t)(state->bytes + SDCARD_BYTES - more));
}

/* The transfer of a step is over. */
static enum err stepped(const struct sdcard *self, bool *over)
{
    struct sdcard_state *state = self->state;
    uint8_t *bytes = state->bytes;
    uint32_t place = answer_place(bytes);
    uint8_t answer = place == 0 ? ANSWER_NONE : bytes[place];
    const uint8_t *more = place == 0 ? bytes : bytes + place + 1;

    switch (state->step) {
    case SDCARD_WAKING:
        return command(self, SDCARD_RESETTING, GO_IDLE, 0);
    case SDCARD_READ_ASKING:
    case SDCARD_WRITE_ASKING:
        return block_asked(self, answer, more);
    case SDCARD_READING:
        return take(self, state->transfer.rx, state->transfer.len);
    case SDCARD_READ_ENDING:
        *over = true;
        return OK;
    case SDCARD_WRITE_BEGINNING:
        return move(self, SDCARD_WRITING, state->op->data, NULL, DISK_BLOCK_SIZE, true);
    case SDCARD_WRITING:
        memset(bytes, FILL, SDCARD_BYTES);
        return move(self, SDCARD_WRITE_ENDING, bytes, bytes, CRC_LEN + ANSWER_MAX + 1,
                    false);
    case SDCARD_WRITE_ENDING:
        return write_ended(self, over);
    case SDCARD_WRITE_WAITING:
        *over = bytes[1] == FILL;
        return *over ? OK : try_again(self, SDCARD_WRITE_WAITING, ERR_FAIL);
    default:
        return start_stepped(self, answer, more);
    }
}

/* -- ends ------------------------------------------------------------------------------- */

static void end(const struct sdcard *self, enum err err)
{
    struct sdcard_state *state = self->state;
    struct disk_block *op = state->op;

    state->op = NULL;
    state->step = SDCARD_IDLE;
    state->chained = 0;
    if (err != OK && err != ERR_INVAL) {
        state->ready = false; /* whatever is there next begins anew */
    }
    if (op == NULL) {
        return;
    }
    if (state->writes) {
        disk_block_written(op, err);
    } else {
        disk_block_read(op, err);
    }
}

void sdcard_transferred(const struct spi_controller_client *client,
                        struct spi_transfer *transfer, enum err err)
{
    const struct sdcard *self = container_of(client, struct sdcard, spi_client);
    bool selected = err == OK && transfer->keep_selected; /* until this returns */
    bool over = false;

    if (err == OK) {
        err = stepped(self, &over);
    } else if (err != ERR_OFF) {
        err = ERR_FAIL;
    }
    if (selected && err != OK) {
        self->state->err = err;
        deferred_set(&self->ended);
    } else if (over || err != OK) {
        end(self, err);
    }
}

void sdcard_ended(const struct sdcard *self)
{
    end(self, self->state->err);
}

void sdcard_alarm_fired(const struct time_alarm_client *client,
                        struct time_deadline *deadline)
{
    const struct sdcard *self = container_of(client, struct sdcard, timer_alarm_client);
    struct sdcard_state *state = self->state;
    enum err err;

    (void)deadline;
    switch (state->step) {
    case SDCARD_RESETTING:
        err = command(self, SDCARD_RESETTING, GO_IDLE, 0);
        break;
    case SDCARD_PREFIXING:
        err = command(self, SDCARD_PREFIXING, APP_PREFIX, 0);
        break;
    default:
        ASSERT(state->step == SDCARD_WRITE_WAITING);
        err = move(self, SDCARD_WRITE_WAITING, NULL, state->bytes, 2, false);
        break;
    }
    if (err != OK) {
        end(self, err);
    }
}

/* -- operations ------------------------------------------------------------------------- */

static enum err ask(const struct sdcard *self, struct disk_block *block, bool writes)
{
    struct sdcard_state *state = self->state;

    if (block->client == NULL) {
        return ERR_INVAL;
    }
    if (state->op != NULL) {
        return ERR_BUSY;
    }
    state->op = block;
    state->writes = writes;
    if (state->step != SDCARD_IDLE) {
        return OK; /* a card is being started */
    }
    enum err err = begin(self);
    if (err != OK) {
        state->op = NULL;
        state->step = SDCARD_IDLE;
        state->chained = 0;
    }
    return err;
}

enum err sdcard_read_block(const struct disk_blocks *port, struct disk_block *block)
{
    return ask(port->owner, block, false);
}

enum err sdcard_write_block(const struct disk_blocks *port, struct disk_block *block)
{
    return ask(port->owner, block, true);
}

enum err sdcard_start(const struct sdcard *self)
{
    if (begin(self) != OK) { /* who asks for something first tries again */
        self->state->step = SDCARD_IDLE;
    }
    return OK;
}

const struct disk_blocks_ops sdcard_blocks_ops = {
    .read_block = sdcard_read_block,
    .write_block = sdcard_write_block,
};
