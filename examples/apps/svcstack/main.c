/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Makes a system call with the stack pointer in kernel-owned memory of its block,
 * or where a test says: the kernel must fault it and change nothing there.
 */
#include "console.h"
#include "tock.h"

#ifndef SVCSTACK_SP
#define SVCSTACK_SP 0
#endif

int main(void)
{
    uint32_t target = SVCSTACK_SP;

    console_print("svcstack: about to call with sp in the grants\n");
    if (target == 0) {
        uint32_t low = tock_memop(TOCK_GRANT_START, 0).values[0];
        uint32_t high = tock_memop(TOCK_RAM_END, 0).values[0];
        target = ((low + high) / 2) & ~7u;
    }
    __asm__ volatile("mov r4, sp\n"
                     "mov sp, %0\n"
                     "movs r0, #2\n"
                     "svc 5\n"
                     "mov sp, r4\n"
                     :
                     : "r"(target)
                     : "r0", "r1", "r2", "r3", "r4", "memory");
    console_print("svcstack: FAIL, the call returned\n");
    return 1;
}
