/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Signals for help on the LED of the pattern driver, again and again. */
#include "console.h"
#include "tock.h"

enum {
    PATTERN = 0x90100,
    PLAY = 1,
    STEPS = 0,
    PLAYED = 0,
};

static const char sos[] = "#.#.#...###.###.###...#.#.#.......";

int main(void)
{
    for (;;) {
        tock_allow_ro(PATTERN, STEPS, sos, sizeof(sos) - 1);
        if (!tock_succeeded(tock_command(PATTERN, PLAY, 0, 0))) {
            console_print("sos: the LED is taken\n");
            tock_exit(TOCK_BUSY);
        }
        struct tock_event event = tock_yield_wait_for(PATTERN, PLAYED);
        console_print_u32("sos: steps shown: ", event.values[0]);
    }
}
