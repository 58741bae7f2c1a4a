/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Subscribe: what it gives back, and what it refuses. */
#include "check.h"
#include "groups.h"
#include "tock.h"

static void upcall(uint32_t a, uint32_t b, uint32_t c, uint32_t data)
{
    (void)a;
    (void)b;
    (void)c;
    (void)data;
}

static uint32_t address(tock_upcall *function)
{
    return (uint32_t)(uintptr_t)function;
}

static void subscribe(const char *name, uint32_t number, uint32_t function,
                      uint32_t data, const uint32_t *expected)
{
    struct call_registers before = call_prepare(CONSOLE, number, function, data);
    struct call_registers after = before;

    call_subscribe(&after);
    check_registers(name, &before, &after, 4, expected);
}

void subscribes_run(void)
{
    uint32_t function = address(upcall);
    uint32_t header = tock_memop(TOCK_FLASH_START, 0).values[0];
    uint32_t flash_end = tock_memop(TOCK_FLASH_END, 0).values[0];

    subscribe("the first subscribe gives a null upcall back", 0, function, 0xda7a,
              (uint32_t[]){TOCK_SUCCESS_2U32, 0, 0, 0xda7a});
    subscribe("the second subscribe gives the first back", 0, 0, 0xda7b,
              (uint32_t[]){TOCK_SUCCESS_2U32, function, 0xda7a, 0xda7b});
    subscribe("a null upcall's data is kept too", 0, 0, 0,
              (uint32_t[]){TOCK_SUCCESS_2U32, 0, 0xda7b, 0});
    subscribe("subscribe out of range gives NOSUPPORT", 99, function, 5,
              (uint32_t[]){TOCK_FAILURE_2U32, TOCK_NOSUPPORT, function, 5});
    subscribe("subscribe 0xffffffff gives NOSUPPORT", 0xffffffff, function, 5,
              (uint32_t[]){TOCK_FAILURE_2U32, TOCK_NOSUPPORT, function, 5});
    subscribe("an upcall in kernel RAM gives INVAL", 0, KERNEL_RAM + 1, 5,
              (uint32_t[]){TOCK_FAILURE_2U32, TOCK_INVAL, KERNEL_RAM + 1, 5});
    subscribe("an upcall in the TBF header gives INVAL", 0, header + 1, 5,
              (uint32_t[]){TOCK_FAILURE_2U32, TOCK_INVAL, header + 1, 5});
    subscribe("an upcall behind the flash gives INVAL", 0, flash_end + 1, 5,
              (uint32_t[]){TOCK_FAILURE_2U32, TOCK_INVAL, flash_end + 1, 5});
    subscribe("an upcall at the last byte gives INVAL", 0, 0xffffffff, 5,
              (uint32_t[]){TOCK_FAILURE_2U32, TOCK_INVAL, 0xffffffff, 5});
    subscribe("a refused subscribe changed nothing", 0, 0, 0,
              (uint32_t[]){TOCK_SUCCESS_2U32, 0, 0, 0});
}
