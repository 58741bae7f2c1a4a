/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Allow: what it gives back, which memory it takes and which it refuses. */
#include "check.h"
#include "groups.h"
#include "tock.h"

enum {
    UNUSED_BUFFER = 0, /* no console uses number 0 */
};

static uint8_t in_ram[16];
static const uint8_t in_flash[16] = {1};

static uint32_t address(const void *pointer)
{
    return (uint32_t)(uintptr_t)pointer;
}

static void allow(const char *name, void (*call)(struct call_registers *),
                  uint32_t number, uint32_t pointer, uint32_t len,
                  const uint32_t *expected)
{
    struct call_registers before = call_prepare(CONSOLE, number, pointer, len);
    struct call_registers after = before;

    call(&after);
    check_registers(name, &before, &after, 4, expected);
}

/* An allow that must be refused with `error`, at number `number`. */
static void refused(const char *name, void (*call)(struct call_registers *),
                    uint32_t number, uint32_t pointer, uint32_t len, uint32_t error)
{
    allow(name, call, number, pointer, len,
          (uint32_t[]){TOCK_FAILURE_2U32, error, pointer, len});
}

static void swaps(const char *const names[5], void (*call)(struct call_registers *))
{
    uint32_t pointer = address(in_ram);

    allow(names[0], call, UNUSED_BUFFER, pointer, 16,
          (uint32_t[]){TOCK_SUCCESS_2U32, 0, 0, 16});
    allow(names[1], call, UNUSED_BUFFER, pointer + 3, 5,
          (uint32_t[]){TOCK_SUCCESS_2U32, pointer, 16, 5});
    allow(names[2], call, UNUSED_BUFFER, 0xffffffff, 0,
          (uint32_t[]){TOCK_SUCCESS_2U32, pointer + 3, 5, 0});
    allow(names[3], call, UNUSED_BUFFER, KERNEL_RAM + 1, 0,
          (uint32_t[]){TOCK_SUCCESS_2U32, 0xffffffff, 0, 0});
    allow(names[4], call, UNUSED_BUFFER, 0, 0,
          (uint32_t[]){TOCK_SUCCESS_2U32, KERNEL_RAM + 1, 0, 0});
}

static void read_write(uint32_t header, uint32_t brk, uint32_t ram_start)
{
    static const char *const names[5] = {
        "the first allow-rw gives nothing back",
        "allow-rw gives the previous buffer back",
        "allow-rw takes any pointer with length 0",
        "allow-rw gives a wild pointer back as it was",
        "allow-rw gives an odd pointer back as it was",
    };
    swaps(names, call_allow_rw);
    refused("allow-rw of own flash gives INVAL", call_allow_rw, UNUSED_BUFFER,
            address(in_flash), sizeof(in_flash), TOCK_INVAL);
    refused("allow-rw of the TBF header gives INVAL", call_allow_rw, UNUSED_BUFFER,
            header, 4, TOCK_INVAL);
    refused("allow-rw of a range that wraps gives INVAL", call_allow_rw, UNUSED_BUFFER,
            0xfffffff0, 0x20, TOCK_INVAL);
    refused("allow-rw that wraps onto own RAM gives INVAL", call_allow_rw,
            UNUSED_BUFFER, address(in_ram), 0xffffffff, TOCK_INVAL);
    refused("allow-rw across the break gives INVAL", call_allow_rw, UNUSED_BUFFER,
            brk - 4, 8, TOCK_INVAL);
    refused("allow-rw of one byte at the break gives INVAL", call_allow_rw,
            UNUSED_BUFFER, brk, 1, TOCK_INVAL);
    refused("allow-rw from below own RAM gives INVAL", call_allow_rw, UNUSED_BUFFER,
            ram_start - 4, 8, TOCK_INVAL);
    refused("allow-rw of kernel RAM gives INVAL", call_allow_rw, UNUSED_BUFFER,
            KERNEL_RAM, 4, TOCK_INVAL);
    refused("allow-rw out of range gives INVAL", call_allow_rw, 99, address(in_ram), 16,
            TOCK_INVAL);
    refused("allow-rw 0xffffffff gives INVAL", call_allow_rw, 0xffffffff,
            address(in_ram), 16, TOCK_INVAL);
    allow("allow-rw takes the last bytes before the break", call_allow_rw,
          UNUSED_BUFFER, brk - 8, 8, (uint32_t[]){TOCK_SUCCESS_2U32, 0, 0, 8});
    allow("a refused allow-rw changed nothing", call_allow_rw, UNUSED_BUFFER, 0, 0,
          (uint32_t[]){TOCK_SUCCESS_2U32, brk - 8, 8, 0});
}

static void read_only(uint32_t header, uint32_t flash_end, uint32_t brk)
{
    static const char *const names[5] = {
        "the first allow-ro gives nothing back",
        "allow-ro gives the previous buffer back",
        "allow-ro takes any pointer with length 0",
        "allow-ro gives a wild pointer back as it was",
        "allow-ro gives an odd pointer back as it was",
    };
    swaps(names, call_allow_ro);
    allow("allow-ro takes own flash", call_allow_ro, UNUSED_BUFFER, address(in_flash),
          sizeof(in_flash), (uint32_t[]){TOCK_SUCCESS_2U32, 0, 0, sizeof(in_flash)});
    refused("allow-ro of the TBF header gives INVAL", call_allow_ro, UNUSED_BUFFER,
            header, 4, TOCK_INVAL);
    refused("allow-ro across the flash's end gives INVAL", call_allow_ro, UNUSED_BUFFER,
            flash_end - 4, 8, TOCK_INVAL);
    refused("allow-ro of a range that wraps gives INVAL", call_allow_ro, UNUSED_BUFFER,
            0xfffffff0, 0x20, TOCK_INVAL);
    refused("allow-ro across the break gives INVAL", call_allow_ro, UNUSED_BUFFER,
            brk - 4, 8, TOCK_INVAL);
    refused("allow-ro of kernel RAM gives INVAL", call_allow_ro, UNUSED_BUFFER,
            KERNEL_RAM, 4, TOCK_INVAL);
    refused("allow-ro out of range gives INVAL", call_allow_ro, 99, address(in_ram), 16,
            TOCK_INVAL);
    allow("a refused allow-ro changed nothing", call_allow_ro, UNUSED_BUFFER, 0, 0,
          (uint32_t[]){TOCK_SUCCESS_2U32, address(in_flash), sizeof(in_flash), 0});
}

void allows_run(void)
{
    uint32_t header = tock_memop(TOCK_FLASH_START, 0).values[0];
    uint32_t flash_end = tock_memop(TOCK_FLASH_END, 0).values[0];
    uint32_t brk = tock_memop(TOCK_SBRK, 0).values[0];
    uint32_t ram_start = tock_memop(TOCK_RAM_START, 0).values[0];

    read_write(header, brk, ram_start);
    read_only(header, flash_end, brk);
}
