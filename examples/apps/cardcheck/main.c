/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Asks the SD card on an SPI bus whether it is there, and of which version. */
#include "line.h"
#include "spi.h"

#define START_HZ 400000u /* what every card takes */
#define ANSWER_AT 7u     /* behind a fill byte and a command of six, or later */
#define ANSWER_MAX 8u    /* bytes later at most */
#define LEN (ANSWER_AT + ANSWER_MAX + 4u)

#define IDLE 0x01u
#define ILLEGAL 0x05u /* idle, and does not know the command */

static void say(const char *text)
{
    struct line line = {.len = 0};

    line_add(&line, "cardcheck: ");
    line_add(&line, text);
    line_print(&line);
}

/* The answer to a command with its checksum; 0xFF: there is none. */
static uint8_t ask(uint8_t command, uint8_t high, uint8_t low, uint8_t sum)
{
    uint8_t bytes[LEN];

    for (uint32_t n = 0; n < LEN; n++) {
        bytes[n] = 0xFF;
    }
    bytes[1] = 0x40u | command;
    bytes[2] = bytes[3] = 0;
    bytes[4] = high;
    bytes[5] = low;
    bytes[6] = sum;
    if (!spi_transfer(bytes, bytes, LEN)) {
        return 0xFF;
    }
    for (uint32_t n = ANSWER_AT; n < ANSWER_AT + ANSWER_MAX; n++) {
        if ((bytes[n] & 0x80u) == 0) {
            return bytes[n];
        }
    }
    return 0xFF;
}

int main(void)
{
    uint32_t most = spi_rate();

    if (most == 0) {
        say("this board has no SPI driver");
        return 1;
    }
    spi_set_rate(most < START_HZ ? most : START_HZ);
    if (ask(0, 0, 0, 0x95) != IDLE) {
        say("no card answers");
        return 1;
    }
    uint8_t version = ask(8, 0x01, 0xAA, 0x87);

    say(version == IDLE      ? "there is a card of version 2"
        : version == ILLEGAL ? "there is a card of version 1"
                             : "there is a card, and it is silent now");
    return 0;
}
