/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "registers.h"

void (*registers_access)(uint32_t *address, bool write);

/* Declared here: no header of the compiler has them. None may be instrumented itself. */
#define HOOK(name, ...)                                                                \
    void name(__VA_ARGS__);                                                            \
    __attribute__((no_sanitize("thread", "undefined"))) void name(__VA_ARGS__)

HOOK(__tsan_volatile_read4, void *address)
{
    registers_access(address, false);
}

HOOK(__tsan_volatile_write4, void *address)
{
    registers_access(address, true);
}

HOOK(__tsan_volatile_read1, void *address)
{
    registers_access(address, false);
}

HOOK(__tsan_volatile_write1, void *address)
{
    registers_access(address, true);
}

#define IGNORED(name)                                                                  \
    HOOK(name, void *address)                                                          \
    {                                                                                  \
        (void)address;                                                                 \
    }

IGNORED(__tsan_read1)
IGNORED(__tsan_read2)
IGNORED(__tsan_read4)
IGNORED(__tsan_read8)
IGNORED(__tsan_write1)
IGNORED(__tsan_write2)
IGNORED(__tsan_write4)
IGNORED(__tsan_write8)
IGNORED(__tsan_func_entry)

HOOK(__tsan_read_range, void *address, unsigned long len)
{
    (void)address;
    (void)len;
}

HOOK(__tsan_write_range, void *address, unsigned long len)
{
    (void)address;
    (void)len;
}

HOOK(__tsan_func_exit, void)
{
}

HOOK(__tsan_init, void)
{
}
