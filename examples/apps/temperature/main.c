/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Says the temperature whenever it is another than the last. */
#include "alarm.h"
#include "line.h"
#include "temperature.h"

#define PAUSE_MS 100u

static void say(int32_t hundredths)
{
    struct line line = {.len = 0};

    line_add(&line, "temperature: ");
    line_add_hundredths(&line, hundredths);
    line_print(&line);
}

int main(void)
{
    int32_t said = 0;
    int32_t now;

    for (bool first = true; temperature_read(&now); first = false) {
        if (first || now != said) {
            said = now;
            say(now);
        }
        alarm_sleep_ms(PAUSE_MS);
    }

    struct line line = {.len = 0};

    line_add(&line, "temperature: none can be read");
    line_print(&line);
    return 0;
}
