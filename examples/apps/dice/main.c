/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Throws a die ten times. The last bytes below 256 are no multiple of six: thrown again. */
#include "line.h"
#include "rng.h"

#define THROWS 10u
#define SIDES 6u
#define FAIR (256u / SIDES * SIDES)

int main(void)
{
    struct line line = {.len = 0};
    uint8_t byte;

    line_add(&line, "dice:");
    for (uint32_t thrown = 0; thrown < THROWS;) {
        if (rng_get(&byte, sizeof(byte)) != sizeof(byte)) {
            line_add(&line, " this board has no RNG driver");
            break;
        }
        if (byte < FAIR) {
            line_add(&line, " ");
            line_add_u32(&line, byte % SIDES + 1);
            thrown++;
        }
    }
    line_print(&line);
    return 0;
}
