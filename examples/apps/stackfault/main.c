/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Overflows its stack, which lies at the start of its memory: that must fault. */
#include "console.h"

#include <stdint.h>

static volatile uint32_t depth_limit = 1000000;

static uint32_t descend(uint32_t depth)
{
    volatile uint32_t local[16];

    local[0] = depth;
    return depth < depth_limit ? descend(depth + 1) + local[0] : 0;
}

int main(void)
{
    console_print("stackfault: about to overflow the stack\n");
    console_print_u32("stackfault: FAIL, depth reached, sum ", descend(0));
    return 1;
}
