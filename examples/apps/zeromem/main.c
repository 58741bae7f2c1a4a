/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Checks that memory comes zeroed: the unused stack, then the heap as it grows, also
 * where it was used before. Dirties it all and restarts, to look again.
 */
#include "alarm.h"
#include "console.h"
#include "tock.h"

enum {
    HEAP = 512,
    INITIAL_FRAME = 64, /* the first exception frame was at the very start */
    LIVE_STACK = 256,
};

/* How many of the bytes from `start` to `end` are not zero; dirties them all. */
static uint32_t dirt(volatile uint8_t *start, const volatile uint8_t *end)
{
    uint32_t count = 0;

    for (volatile uint8_t *byte = start; byte < end; byte++) {
        count += *byte != 0;
        *byte = 0xa5;
    }
    return count;
}

static uint32_t grown_dirt(void)
{
    struct tock_result grown = tock_memop(TOCK_SBRK, HEAP);
    uint8_t *heap = (uint8_t *)(uintptr_t)grown.values[0];

    return grown.variant == TOCK_SUCCESS_U32 ? dirt(heap, heap + HEAP) : HEAP;
}

int main(void)
{
    uint8_t *ram = (uint8_t *)(uintptr_t)tock_memop(TOCK_RAM_START, 0).values[0];
    uint8_t *here = __builtin_frame_address(0);
    uint32_t count = dirt(ram + INITIAL_FRAME, here - LIVE_STACK);

    count += grown_dirt();
    tock_memop(TOCK_SBRK, -(uint32_t)HEAP);
    count += grown_dirt();
    console_print_u32(count == 0 ? "zeromem: all zero, dirty bytes: "
                                 : "zeromem: FAIL, dirty bytes: ",
                      count);
    alarm_sleep_ms(100);
    tock_restart(0);
}
