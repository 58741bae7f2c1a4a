/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "chips/lm3s/lm3s_pads.h"

#include "chips/lm3s/lm3s_gpio.h"
#include "lib/assert.h"

#define ONLY_FUNCTION 1u /* a pad of this chip has one beside that of a pin */

static const uint32_t ports[] = {
    0x40004000, 0x40005000, 0x40006000, 0x40007000, 0x40024000, 0x40025000, 0x40026000,
};

void lm3s_pads_apply(uint8_t port, uint8_t pad, uint8_t function,
                     enum pad_direction direction)
{
    uint32_t bit = UINT32_C(1) << pad;

    ASSERT(port < sizeof(ports) / sizeof(ports[0]) && pad < LM3S_GPIO_PINS &&
           function == ONLY_FUNCTION); /* the chip file says so */
    volatile struct lm3s_gpio_registers *registers =
        (volatile struct lm3s_gpio_registers *)(uintptr_t)ports[port];

    registers->alternate |= bit;
    if (direction == PAD_INOUT) {
        registers->open_drain |= bit;
    }
    registers->digital |= bit; /* last: now it is connected */
}
