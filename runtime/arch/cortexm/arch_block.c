/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The smallest block for a process; see arch_block.h. */
#include "arch_block.h"

/** The largest power of two that is not above both together: the answer or its half. */
static uint32_t smallest(uint32_t app, uint32_t kernel)
{
    uint32_t size = ARCH_BLOCK_SMALLEST;

    if (app < (1u << 31) && kernel < (1u << 31) && app + kernel > size) {
        size = 1u << (31 - __builtin_clz(app + kernel));
    }
    return size;
}

bool arch_block_choose(uint32_t pool_start, uint32_t pool_end, uint32_t app,
                       uint32_t kernel, uint32_t fixed, struct arch_block *block)
{
    uint32_t pool = pool_end - pool_start;

    app = app < ARCH_MIN_APP_RAM ? ARCH_MIN_APP_RAM : app;
    for (uint32_t size = smallest(app, kernel); size != 0 && size <= pool; size *= 2u) {
        uint32_t half = size / 2u;
        uint32_t start =
            fixed != UINT32_MAX ? fixed : arch_block_round_up(pool_start, half);

        if (app > size || kernel > size - app ||
            arch_block_round_up(app, size / ARCH_BLOCK_GRANULES) > size - kernel) {
            continue;
        }
        if (start % half != 0 || start < pool_start || start > pool_end ||
            size > pool_end - start) {
            return false; /* a larger block is aligned no better */
        }
        *block = (struct arch_block){.start = start, .size = size};
        return true;
    }
    return false;
}
