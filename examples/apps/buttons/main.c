/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Says which button is pressed and released. */
#include "button.h"
#include "console.h"

static uint32_t button;
static bool pressed;

static void changed(uint32_t which, uint32_t down, uint32_t unused, uint32_t data)
{
    (void)unused;
    (void)data;
    button = which;
    pressed = down != 0;
}

int main(void)
{
    uint32_t count = button_count();

    button_subscribe(changed);
    for (uint32_t i = 0; i < count; i++) {
        button_enable(i);
    }
    console_print_u32("buttons: ", count);
    for (;;) {
        tock_yield_wait();
        console_print_u32(pressed ? "pressed: " : "released: ", button);
    }
}
