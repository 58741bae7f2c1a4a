/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Writes back each byte that comes in. */
#include "alarm.h"
#include "console.h"

int main(void)
{
    char byte;

    console_print("echo: ready\n");
    for (;;) {
        if (console_read(&byte, 1) == 1) {
            console_write(&byte, 1);
        } else {
            alarm_sleep_ms(100); /* another application is reading */
        }
    }
}
