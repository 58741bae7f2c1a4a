/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memop: the break and its edges, the queries, and fresh memory. */
#include "check.h"
#include "groups.h"
#include "tock.h"

enum {
    STEP = 256,
};

static void memop(const char *name, uint32_t operation, uint32_t argument,
                  uint32_t changed, const uint32_t *expected)
{
    struct call_registers before = call_prepare(operation, argument, 0xa2, 0xa3);
    struct call_registers after = before;

    call_memop(&after);
    check_registers(name, &before, &after, changed, expected);
}

static void refused(const char *name, uint32_t operation, uint32_t argument,
                    uint32_t error)
{
    memop(name, operation, argument, 2, (uint32_t[]){TOCK_FAILURE, error});
}

static bool is_zero(uint32_t start, uint32_t len)
{
    const volatile uint8_t *bytes = (const volatile uint8_t *)(uintptr_t)start;

    for (uint32_t i = 0; i < len; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

static void fill(uint32_t start, uint32_t len)
{
    volatile uint8_t *bytes = (volatile uint8_t *)(uintptr_t)start;

    for (uint32_t i = 0; i < len; i++) {
        bytes[i] = 0xa5;
    }
}

static void growth(uint32_t brk)
{
    memop("sbrk(0) gives the break", TOCK_SBRK, 0, 2,
          (uint32_t[]){TOCK_SUCCESS_U32, brk});
    memop("sbrk gives the old break", TOCK_SBRK, STEP, 2,
          (uint32_t[]){TOCK_SUCCESS_U32, brk});
    check_true("memory is zero after growth", is_zero(brk, STEP));
    fill(brk, STEP);
    memop("a shrinking sbrk gives the old break", TOCK_SBRK, -(uint32_t)STEP, 2,
          (uint32_t[]){TOCK_SUCCESS_U32, brk + STEP});
    memop("brk sets the break", TOCK_BRK, brk + STEP, 1, (uint32_t[]){TOCK_SUCCESS});
    check_true("memory is zero after it was given up and taken again",
               is_zero(brk, STEP));
    memop("an odd break is taken", TOCK_BRK, brk + 1, 1, (uint32_t[]){TOCK_SUCCESS});
    memop("an odd break is given back as it was", TOCK_SBRK, -(uint32_t)1, 2,
          (uint32_t[]){TOCK_SUCCESS_U32, brk + 1});
}

static void edges(uint32_t brk, uint32_t ram_start, uint32_t ram_end)
{
    refused("sbrk of the largest number gives NOMEM", TOCK_SBRK, 0x7fffffff,
            TOCK_NOMEM);
    refused("sbrk of the smallest number gives NOMEM", TOCK_SBRK, 0x80000000,
            TOCK_NOMEM);
    refused("brk at the block's end gives NOMEM", TOCK_BRK, ram_end, TOCK_NOMEM);
    refused("brk in the kernel's part gives NOMEM", TOCK_BRK, ram_end - 4, TOCK_NOMEM);
    refused("brk behind the block gives NOMEM", TOCK_BRK, ram_end + 0x1000, TOCK_NOMEM);
    refused("brk(0) gives NOMEM", TOCK_BRK, 0, TOCK_NOMEM);
    refused("brk(0xffffffff) gives NOMEM", TOCK_BRK, 0xffffffff, TOCK_NOMEM);

    tock_memop(TOCK_SBRK, STEP);
    void *lent = (void *)(uintptr_t)(brk + STEP / 2);
    tock_allow_rw(CONSOLE, 0, lent, STEP / 4);
    uint32_t lent_end = brk + STEP / 2 + STEP / 4;
    refused("brk below a lent buffer's end gives NOMEM", TOCK_BRK, lent_end - 1,
            TOCK_NOMEM);
    refused("sbrk below a lent buffer's end gives NOMEM", TOCK_SBRK, -(uint32_t)STEP,
            TOCK_NOMEM);
    refused("brk at the block's start gives NOMEM", TOCK_BRK, ram_start, TOCK_NOMEM);
    memop("brk at a lent buffer's end is taken", TOCK_BRK, lent_end, 1,
          (uint32_t[]){TOCK_SUCCESS});
    memop("a refused break changed nothing", TOCK_SBRK, 0, 2,
          (uint32_t[]){TOCK_SUCCESS_U32, lent_end});
    tock_allow_rw(CONSOLE, 0, NULL, 0);
}

static void queries(uint32_t brk, uint32_t ram_start, uint32_t ram_end)
{
    uint32_t here = (uint32_t)(uintptr_t)__builtin_frame_address(0);
    uint32_t code = (uint32_t)(uintptr_t)queries;
    struct tock_result low = tock_memop(TOCK_GRANT_START, 0);
    struct tock_result flash = tock_memop(TOCK_FLASH_START, 0);
    struct tock_result flash_end = tock_memop(TOCK_FLASH_END, 0);
    uint32_t size = flash_end.values[0] - flash.values[0];

    check_true("the RAM's start is below the stack", ram_start <= here);
    check_true("the stack is below the break", here < brk);
    check_true("the grants are above the break", low.values[0] >= brk);
    check_true("the RAM's end is above the grants", ram_end > low.values[0]);
    check_true("the flash's start is below the code", flash.values[0] < code);
    check_true("the flash's end is above the code", flash_end.values[0] > code);
    check_true("the flash's size is a power of two", (size & (size - 1)) == 0);
    memop("the query of the RAM's start leaves r2 and r3", TOCK_RAM_START, 0xa1, 2,
          (uint32_t[]){TOCK_SUCCESS_U32, ram_start});
    memop("there are no flash regions", TOCK_FLASH_REGION_COUNT, 0, 2,
          (uint32_t[]){TOCK_SUCCESS_U32, 0});
    refused("the start of flash region 0 gives FAIL", TOCK_FLASH_REGION_START, 0,
            TOCK_FAIL);
    refused("the end of flash region 0 gives FAIL", TOCK_FLASH_REGION_END, 0,
            TOCK_FAIL);
    refused("a flash region whose index times 8 wraps gives FAIL",
            TOCK_FLASH_REGION_START, 0x20000000, TOCK_FAIL);
    refused("flash region 0xffffffff gives FAIL", TOCK_FLASH_REGION_END, 0xffffffff,
            TOCK_FAIL);
    memop("a wild stack top is taken", TOCK_STACK_TOP, 0xffffffff, 1,
          (uint32_t[]){TOCK_SUCCESS});
    memop("a wild heap start is taken", TOCK_HEAP_START, KERNEL_RAM, 1,
          (uint32_t[]){TOCK_SUCCESS});
    refused("memop 12 gives NOSUPPORT", 12, 0, TOCK_NOSUPPORT);
    refused("memop 0xffffffff gives NOSUPPORT", 0xffffffff, 0, TOCK_NOSUPPORT);
}

void breaks_run(void)
{
    uint32_t brk = tock_memop(TOCK_SBRK, 0).values[0];
    uint32_t ram_start = tock_memop(TOCK_RAM_START, 0).values[0];
    uint32_t ram_end = tock_memop(TOCK_RAM_END, 0).values[0];

    queries(brk, ram_start, ram_end);
    growth(brk);
    edges(brk, ram_start, ram_end);
}
