/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Blocks of process memory: powers of two, aligned to their half, opened in sixteenths.
 *
 * What two MPU regions with eight subregions each can do, in numbers only: the host shares
 * it, so that breaks and block sizes are the same there.
 */
#pragma once

#include "arch/arch.h"

#define ARCH_BLOCK_GRANULES 16u
#define ARCH_BLOCK_SMALLEST 512u /* subregions need regions of 256 bytes */

static inline uint32_t arch_block_round_up(uint32_t value, uint32_t power_of_two)
{
    return (value + power_of_two - 1u) & ~(power_of_two - 1u);
}

static inline uint32_t arch_block_granule(const struct arch_block *block)
{
    return block->size / ARCH_BLOCK_GRANULES;
}

/** Address rounded up to the end of a granule; they are aligned like the block. */
static inline uint32_t arch_block_round(const struct arch_block *block,
                                        uint32_t address)
{
    return arch_block_round_up(address, arch_block_granule(block));
}
