/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "tuned_clock.h"

static volatile uint32_t *const leds = (volatile uint32_t *)0x4002F004; /* SCC, CFG1 */

enum err tuned_clock_set(uint32_t hz)
{
    *leds |= 1u << 6;
    return hz >= 10000000u && hz <= 25000000u ? OK : ERR_INVAL;
}

enum err tuned_clock_divide(uint32_t hz)
{
    *leds |= *leds >> 6 << 7;             /* only after the clock it is divided from */
    return hz == 25000u ? OK : ERR_INVAL; /* for a test of a clock that cannot be */
}
