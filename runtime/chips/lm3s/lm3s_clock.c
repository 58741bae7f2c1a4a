/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "chips/lm3s/lm3s_clock.h"

struct lm3s_clock_registers {
    uint32_t unused_000[20];
    uint32_t raw; /* interrupt status */
    uint32_t unused_054[1];
    uint32_t clear; /* write 1 */
    uint32_t cause; /* of resets, each until it is written 0 */
    uint32_t run;   /* what the clock is made from */
    uint32_t unused_064[39];
    uint32_t gates[3];
};

#define PLL_HZ 200000000u /* with the divider by two that is always behind it */
#define DIVIDE_MAX 16u
#define DIVIDE_MIN 4u /* 50 MHz, the most the core bears */
#define PLL_LOCKED (1u << 6)

#define RUN_DIVIDE_SHIFT 23u
#define RUN_DIVIDE (15u << RUN_DIVIDE_SHIFT)
#define RUN_USE_DIVIDE (1u << 22)
#define RUN_PLL_OFF (1u << 13)
#define RUN_BYPASS (1u << 11)
#define RUN_CRYSTAL (15u << 6)
#define RUN_CRYSTAL_8_MHZ (14u << 6)
#define RUN_SOURCE (3u << 4) /* 0: the main oscillator */
#define RUN_MAIN_OFF (1u << 0)

#define CAUSE_WATCHDOG (1u << 3)

/* The converter, at its slowest, 125 kHz; the watchdog. */
#define GATES_0 (1u << 16 | 1u << 3)
#define GATES_1 (15u << 16 | 1u << 12 | 1u << 4 | 7u) /* timers, I2C0, SSI0, UARTs */
#define GATES_2 0x7Fu                                 /* ports A to G */

#define LOCK_LOOKS 20000u /* it takes half a millisecond of 8 MHz */

static volatile struct lm3s_clock_registers *const registers =
    (volatile struct lm3s_clock_registers *)0x400FE000;

static bool locked(void)
{
    for (uint32_t look = 0; look < LOCK_LOOKS; look++) {
        if ((registers->raw & PLL_LOCKED) != 0) {
            return true;
        }
    }
    return false;
}

enum err lm3s_clock_apply(uint32_t hz)
{
    if (hz == 0 || PLL_HZ % hz != 0 || PLL_HZ / hz < DIVIDE_MIN ||
        PLL_HZ / hz > DIVIDE_MAX) {
        return ERR_INVAL;
    }
    uint32_t divide = (PLL_HZ / hz - 1) << RUN_DIVIDE_SHIFT;
    uint32_t run = (registers->run | RUN_BYPASS | RUN_PLL_OFF) & ~RUN_USE_DIVIDE;

    /* The order of the data sheet: without the PLL, then the source, then the divider. */
    registers->run = run;
    run &= ~(RUN_MAIN_OFF | RUN_CRYSTAL | RUN_SOURCE | RUN_DIVIDE);
    registers->clear = PLL_LOCKED;
    registers->run = run | RUN_CRYSTAL_8_MHZ;
    run = (run | RUN_CRYSTAL_8_MHZ | divide | RUN_USE_DIVIDE) & ~RUN_PLL_OFF;
    registers->run = run;
    if (!locked()) {
        return ERR_FAIL;
    }
    registers->run = run & ~RUN_BYPASS;

    registers->gates[0] |= GATES_0;
    registers->gates[1] |= GATES_1;
    registers->gates[2] |= GATES_2;
    (void)registers->gates[2]; /* a gate opens three clocks later */
    (void)registers->gates[2];
    return OK;
}

bool lm3s_clock_watchdog_barked(void)
{
    uint32_t cause = registers->cause;

    registers->cause = cause & ~CAUSE_WATCHDOG;
    return (cause & CAUSE_WATCHDOG) != 0;
}
