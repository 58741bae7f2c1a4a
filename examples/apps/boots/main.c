/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Counts its starts in storage that outlasts the power, an EEPROM say.
 *
 * Two copies, each with a check of its own and on a page of its own, are written in turn:
 * a start that is cut off while it writes costs no more than its own count.
 */
#include "console.h"
#include "storage.h"

#define MARK 0x626F6F74u /* turns the bits of a count into its check */
#define COPIES 2u
#define DISTANCE 256u /* the largest page there is */

struct copy {
    uint32_t count;
    uint32_t check;
};

int main(void)
{
    struct copy copy;
    uint32_t count = 0;

    for (uint32_t i = 0; i < COPIES; i++) {
        if (storage_read(i * DISTANCE, &copy, sizeof(copy)) != sizeof(copy)) {
            console_print("boots: this board keeps nothing\n");
            return 1;
        }
        if (copy.check == (copy.count ^ MARK) && copy.count > count) {
            count = copy.count;
        }
    }
    copy.count = count + 1;
    copy.check = copy.count ^ MARK;
    uint32_t place = copy.count % COPIES * DISTANCE;
    if (storage_write(place, &copy, sizeof(copy)) != sizeof(copy)) {
        console_print("boots: it cannot be written\n");
        return 1;
    }
    console_print_u32("boots: start ", copy.count);
    return 0;
}
