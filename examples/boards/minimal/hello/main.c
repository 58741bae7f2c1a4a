/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Says how long it has been running, once a second. */
#include "alarm.h"
#include "console.h"

int main(void)
{
    for (uint32_t seconds = 0;; seconds++) {
        console_print_u32("hello, second ", seconds);
        alarm_sleep_ms(1000);
    }
}
