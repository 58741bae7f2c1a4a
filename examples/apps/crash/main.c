/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Writes to memory that is not its own: the kernel's RAM, or where a test says. */
#include "alarm.h"
#include "console.h"
#include "tock.h"

#ifndef CRASH_ADDRESS
#define CRASH_ADDRESS 0x20000000
#endif

int main(void)
{
    console_print("crash: about to write kernel memory\n");
    alarm_sleep_ms(300);
    *(volatile uint32_t *)CRASH_ADDRESS = 0xdeadbeef;
    console_print("crash: FAIL, the write went through\n");
    tock_exit(TOCK_FAIL);
}
