/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A bit per call; the loop takes whole words. Syscalls and loop exclude each other, so
 * setting needs no lock. */
#include "kernel/deferred.h"

#include "arch/arch.h"
#include "kernel/platform.h"

void deferred_set(const struct deferred *deferred)
{
    uint32_t bit = UINT32_C(1) << deferred->index % 32u;

    board_deferred_pending[deferred->index / 32u] |= bit;
    arch_loop_request();
}
