/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Says how large the card is, writes its first and last blocks and reads them back. */
#include "console.h"
#include "disk.h"

#define BLOCKS 4u /* at each end */

static uint8_t block[DISK_BLOCK_SIZE];

static uint8_t content(uint32_t number, uint32_t place)
{
    return (uint8_t)(7u * number + place);
}

static bool put(uint32_t number)
{
    for (uint32_t place = 0; place < DISK_BLOCK_SIZE; place++) {
        block[place] = content(number, place);
    }
    return disk_write(number, block);
}

static bool right(uint32_t number)
{
    if (!disk_read(number, block)) {
        return false;
    }
    for (uint32_t place = 0; place < DISK_BLOCK_SIZE; place++) {
        if (block[place] != content(number, place)) {
            return false;
        }
    }
    return true;
}

int main(void)
{
    uint32_t kib = disk_size_kib();
    uint32_t good = 0;

    if (kib < BLOCKS) {
        console_print("card: there is none\n");
        return 1;
    }
    console_print_u32("card: KiB ", kib);
    uint32_t behind = kib * (1024u / DISK_BLOCK_SIZE) - BLOCKS;
    for (uint32_t i = 0; i < BLOCKS; i++) {
        good += put(i);
        good += put(behind + i);
    }
    for (uint32_t i = 0; i < BLOCKS; i++) {
        good += right(i);
        good += right(behind + i);
    }
    console_print_u32("card: blocks written and read back ", good / 2);
    return good == 4u * BLOCKS ? 0 : 1;
}
