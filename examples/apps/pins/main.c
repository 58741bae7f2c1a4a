/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Pin 0 follows pin 1, whose edges wake it; on a board, join pin 1 to something. */
#include "console.h"
#include "gpio.h"

static bool level;

static void changed(uint32_t pin, uint32_t high, uint32_t unused, uint32_t data)
{
    (void)pin;
    (void)unused;
    (void)data;
    level = high != 0;
}

int main(void)
{
    gpio_subscribe(changed);
    if (!gpio_make_output(0) || !gpio_make_input(1, GPIO_PULL_UP) ||
        !gpio_watch(1, GPIO_EDGE_BOTH)) {
        console_print("pins: somebody else has them\n");
        return 1;
    }
    console_print_u32("pins: ", gpio_count());
    level = gpio_read(1);
    for (;;) {
        gpio_set(0, level);
        console_print(level ? "pins: high\n" : "pins: low\n");
        tock_yield_wait();
    }
}
