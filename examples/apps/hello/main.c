/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Counts aloud, twice a second. */
#include "alarm.h"
#include "console.h"

int main(void)
{
    for (uint32_t count = 0;; count++) {
        console_print_u32("hello: ", count);
        alarm_sleep_ms(500);
    }
}
