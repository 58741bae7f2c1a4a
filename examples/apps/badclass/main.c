/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Makes a system call of a class that does not exist; that is a fault. */
#include "console.h"

int main(void)
{
    console_print("badclass: about to call class 0xbd\n");
    __asm__ volatile("svc 0xbd" : : : "r0", "r1", "r2", "r3", "memory");
    console_print("badclass: FAIL, the call returned\n");
    return 1;
}
