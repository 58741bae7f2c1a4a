/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Never yields; the kernel's time slice must keep the others running. */
#include "console.h"

int main(void)
{
    console_print("spin: never yielding from now on\n");
    for (;;) {
    }
}
