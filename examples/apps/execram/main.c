/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Puts an instruction into its own RAM and jumps there; RAM is not executable. */
#include "console.h"

#include <stdint.h>

int main(void)
{
    static volatile uint16_t code[2];
    void (*function)(void);

    code[0] = 0x4770; /* bx lr */
    function = (void (*)(void))((uintptr_t)code | 1);
    console_print("execram: about to run RAM\n");
    function();
    console_print("execram: FAIL, it ran\n");
    return 1;
}
