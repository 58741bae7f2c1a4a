/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Counts in binary on the lights, four times a second; light 0 is the lowest bit. */
#include "alarm.h"
#include "led.h"

int main(void)
{
    uint32_t lights = led_count();

    for (uint32_t count = 0;; count++) {
        for (uint32_t i = 0; i < lights; i++) {
            led_set(i, (count >> i) & 1);
        }
        alarm_sleep_ms(250);
    }
}
