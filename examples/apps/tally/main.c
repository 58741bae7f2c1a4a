/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Keeps a count in storage and starts afresh: the count goes on, the program forgets. */
#include "console.h"
#include "storage.h"

#define FORGOTTEN 0xFFFFFFFFu /* erased flash */
#define LIVES 3u

int main(void)
{
    uint32_t count = FORGOTTEN;

    if (storage_read(0, &count, sizeof(count)) != sizeof(count)) {
        console_print("tally: this board has no storage driver\n");
        return 1;
    }
    count = count == FORGOTTEN ? 1 : count + 1;
    storage_write(0, &count, sizeof(count));
    console_print_u32("tally: life ", count);
    if (count < LIVES) {
        tock_restart(0);
    }
    return 0;
}
