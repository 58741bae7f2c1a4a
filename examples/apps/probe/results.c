/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The registers of each result that can be provoked, and those that are left alone. */
#include "check.h"
#include "groups.h"
#include "tock.h"

static uint32_t address(const void *pointer)
{
    return (uint32_t)(uintptr_t)pointer;
}

static void commands(void)
{
    struct call_registers before = call_prepare(CONSOLE, 0, 0xa2, 0xa3);
    struct call_registers after = before;
    call_command(&after);
    check_registers("command 0 gives Success", &before, &after, 1,
                    (uint32_t[]){TOCK_SUCCESS});

    before = after = call_prepare(ALARM, 1, 0xa2, 0xa3);
    call_command(&after);
    check_registers("the alarm's frequency gives SuccessU32", &before, &after, 2,
                    (uint32_t[]){TOCK_SUCCESS_U32, after.r[1]});
    check_true("the alarm's frequency is at least 1 kHz", after.r[1] >= 1000);

    before = after = call_prepare(MISSING_DRIVER, 0, 0xa2, 0xa3);
    call_command(&after);
    check_registers("command 0 of a missing driver gives NODEVICE", &before, &after, 2,
                    (uint32_t[]){TOCK_FAILURE, TOCK_NODEVICE});

    before = after = call_prepare(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff);
    call_command(&after);
    check_registers("a command of all ones gives NODEVICE", &before, &after, 2,
                    (uint32_t[]){TOCK_FAILURE, TOCK_NODEVICE});

    before = after = call_prepare(CONSOLE, 0x7fff, 0xa2, 0xa3);
    call_command(&after);
    check_registers("an unknown command gives NOSUPPORT", &before, &after, 2,
                    (uint32_t[]){TOCK_FAILURE, TOCK_NOSUPPORT});
}

static void missing_driver(void)
{
    struct call_registers before = call_prepare(MISSING_DRIVER, 0, 0, 0xa3);
    struct call_registers after = before;
    call_subscribe(&after);
    check_registers("subscribe at a missing driver gives its arguments back", &before,
                    &after, 4, (uint32_t[]){TOCK_FAILURE_2U32, TOCK_NODEVICE, 0, 0xa3});

    static uint8_t buffer[4];
    uint32_t pointer = address(buffer);
    const uint32_t given[] = {TOCK_FAILURE_2U32, TOCK_NODEVICE, pointer, 4};

    before = after = call_prepare(MISSING_DRIVER, 0, pointer, 4);
    call_allow_rw(&after);
    check_registers("allow-rw at a missing driver gives its arguments back", &before,
                    &after, 4, given);
    before = after = call_prepare(MISSING_DRIVER, 0, pointer, 4);
    call_allow_ro(&after);
    check_registers("allow-ro at a missing driver gives its arguments back", &before,
                    &after, 4, given);
    before = after = call_prepare(MISSING_DRIVER, 0, pointer, 4);
    call_allow_readable(&after);
    check_registers("allow-readable at a missing driver gives its arguments back",
                    &before, &after, 4, given);
    before = after = call_prepare(CONSOLE, 0, pointer, 4);
    call_allow_readable(&after);
    check_registers("allow-readable at a driver without it gives NOSUPPORT", &before,
                    &after, 4,
                    (uint32_t[]){TOCK_FAILURE_2U32, TOCK_NOSUPPORT, pointer, 4});
}

static void exits(void)
{
    struct call_registers before = call_prepare(2, 0xa1, 0xa2, 0xa3);
    struct call_registers after = before;
    call_exit(&after);
    check_registers("exit number 2 gives NOSUPPORT", &before, &after, 2,
                    (uint32_t[]){TOCK_FAILURE, TOCK_NOSUPPORT});
    before = after = call_prepare(0xffffffff, 0xa1, 0xa2, 0xa3);
    call_exit(&after);
    check_registers("exit number of all ones gives NOSUPPORT", &before, &after, 2,
                    (uint32_t[]){TOCK_FAILURE, TOCK_NOSUPPORT});
}

void results_run(void)
{
    commands();
    missing_driver();
    exits();
}
