/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Records the temperature on an SD card, a block each, and reads each record back.
 *
 * The card is a ring of records with a number and a check; at the start the newest is
 * looked for, so the numbers go on over resets. What it has recorded is said, and shown
 * in the last rows of a screen if there is one. A test ends it after so many records.
 */
#include "alarm.h"
#include "canvas.h"
#include "console.h"
#include "disk.h"
#include "line.h"
#include "memory.h"
#include "screen.h"
#include "temperature.h"

#ifndef RECORDS
#define RECORDS UINT32_MAX /* nobody waits for that */
#endif

#define PAUSE_MS 1000u
#define RING 32u         /* blocks */
#define MARK 0x7265636Fu /* turns the bits of a record into its check */

#define WIDTH 128u
#define HEIGHT 8u
#define Y 56u

struct record {
    uint32_t number;
    int32_t hundredths; /* of a degree Celsius */
    uint32_t check;
};

static uint8_t block[DISK_BLOCK_SIZE];
static uint8_t pixels[WIDTH / 2u * HEIGHT];

static uint32_t check_of(const struct record *record)
{
    return MARK ^ record->number ^ (uint32_t)record->hundredths;
}

/* False: the card does not answer, or there is no record there. */
static bool read(uint32_t place, struct record *record)
{
    if (!disk_read(place, block)) {
        return false;
    }
    memcpy(record, block, sizeof(*record));
    return record->number != 0 && record->check == check_of(record);
}

static uint32_t newest_number(void)
{
    struct record record;
    uint32_t number = 0;

    for (uint32_t place = 0; place < RING; place++) {
        if (read(place, &record) && record.number > number) {
            number = record.number;
        }
    }
    return number;
}

/* Whether it is on the card and comes back as it was. */
static bool keep(struct record *record)
{
    struct record back;
    uint32_t place = record->number % RING;

    record->check = check_of(record);
    memset(block, 0, sizeof(block));
    memcpy(block, record, sizeof(*record));
    return disk_write(place, block) && read(place, &back) &&
           memcmp(&back, record, sizeof(back)) == 0;
}

static void show(const struct record *record)
{
    const struct canvas last_rows = {
        .pixels = pixels,
        .y = Y,
        .width = WIDTH,
        .height = HEIGHT,
    };
    struct line line = {.len = 0};

    canvas_clear(&last_rows, 0);
    line_add(&line, "card: record ");
    line_add_u32(&line, record->number);
    canvas_text(&last_rows, 1, 0, 1, 9, line_text(&line));
    canvas_show(&last_rows); /* without a screen it is said only */
}

static void say(const struct record *record)
{
    struct line line = {.len = 0};

    line_add(&line, "recorder: record ");
    line_add_u32(&line, record->number);
    line_add(&line, ", ");
    line_add_hundredths(&line, record->hundredths);
    line_add(&line, " C, on the card and read back");
    line_print(&line);
}

int main(void)
{
    struct record record;

    if (disk_size_kib() < RING * DISK_BLOCK_SIZE / 1024u) {
        console_print("recorder: there is no card\n");
        return 1;
    }
    uint32_t number = newest_number();
    console_print_u32("recorder: newest record on the card: ", number);
    for (uint32_t i = 0; i < RECORDS; i++) {
        record.number = ++number;
        if (!temperature_read(&record.hundredths)) {
            console_print("recorder: the thermometer does not answer\n");
            return 1;
        }
        if (!keep(&record)) {
            console_print("recorder: the card did not keep it\n");
            return 1;
        }
        show(&record);
        say(&record);
        alarm_sleep_ms(PAUSE_MS);
    }
    console_print("recorder: done\n");
    return 0;
}
