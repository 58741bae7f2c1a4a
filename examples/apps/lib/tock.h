/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The system calls of a Tock kernel (TRD104), one inline stub each.
 *
 * Invariant: every stub declares as changed exactly the registers the kernel may
 * change. Only a yield runs upcalls, so only yields clobber r0-r3, r12 and lr.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Error numbers in r1 of a failure, and in the status argument of an upcall. */
enum tock_error {
    TOCK_FAIL = 1,
    TOCK_BUSY = 2,
    TOCK_ALREADY = 3,
    TOCK_OFF = 4,
    TOCK_RESERVE = 5,
    TOCK_INVAL = 6,
    TOCK_SIZE = 7,
    TOCK_CANCEL = 8,
    TOCK_NOMEM = 9,
    TOCK_NOSUPPORT = 10,
    TOCK_NODEVICE = 11,
    TOCK_NOACK = 13,
};

/** Shape of a result, in r0. */
enum tock_variant {
    TOCK_FAILURE = 0,
    TOCK_FAILURE_U32 = 1,
    TOCK_FAILURE_2U32 = 2,
    TOCK_SUCCESS = 128,
    TOCK_SUCCESS_U32 = 129,
    TOCK_SUCCESS_2U32 = 130,
};

/** Operations of tock_memop. */
enum tock_memop_operation {
    TOCK_BRK = 0,
    TOCK_SBRK = 1,
    TOCK_RAM_START = 2,
    TOCK_RAM_END = 3,
    TOCK_FLASH_START = 4,
    TOCK_FLASH_END = 5,
    TOCK_GRANT_START = 6,
    TOCK_FLASH_REGION_COUNT = 7,
    TOCK_FLASH_REGION_START = 8,
    TOCK_FLASH_REGION_END = 9,
    TOCK_STACK_TOP = 10,
    TOCK_HEAP_START = 11,
};

/** The four result registers; what the kernel leaves alone keeps the argument. */
struct tock_result {
    uint32_t variant;
    uint32_t values[3];
};

/** The three arguments of the upcall that tock_yield_wait_for consumed. */
struct tock_event {
    uint32_t values[3];
};

/** An upcall: three values of the driver and the word given to tock_subscribe. */
typedef void tock_upcall(uint32_t a, uint32_t b, uint32_t c, uint32_t data);

static inline bool tock_succeeded(struct tock_result result)
{
    return result.variant >= TOCK_SUCCESS;
}

/* One class per expansion: `svc` takes an immediate. */
#define TOCK_CALL(class, a, b, c, d)                                                   \
    register uint32_t r0 __asm__("r0") = (a);                                          \
    register uint32_t r1 __asm__("r1") = (b);                                          \
    register uint32_t r2 __asm__("r2") = (c);                                          \
    register uint32_t r3 __asm__("r3") = (d);                                          \
    __asm__ volatile("svc " #class                                                     \
                     : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3)                          \
                     :                                                                 \
                     : "memory")

/** Runs one queued upcall if there is one; whether it did. Never blocks. */
static inline bool tock_yield_no_wait(void)
{
    volatile uint8_t ran = 0;
    register uint32_t r0 __asm__("r0") = 0;
    register uint32_t r1 __asm__("r1") = (uint32_t)(uintptr_t)&ran;
    __asm__ volatile("svc 0"
                     : "+r"(r0), "+r"(r1)
                     :
                     : "memory", "cc", "r2", "r3", "r12", "lr");
    return ran != 0;
}

/** Sleeps until an upcall has run. */
static inline void tock_yield_wait(void)
{
    register uint32_t r0 __asm__("r0") = 1;
    register uint32_t r1 __asm__("r1") = 0;
    __asm__ volatile("svc 0"
                     : "+r"(r0), "+r"(r1)
                     :
                     : "memory", "cc", "r2", "r3", "r12", "lr");
}

/** Sleeps until the event (driver, number) comes; its upcall is not called. */
static inline struct tock_event tock_yield_wait_for(uint32_t driver, uint32_t number)
{
    register uint32_t r0 __asm__("r0") = 2;
    register uint32_t r1 __asm__("r1") = driver;
    register uint32_t r2 __asm__("r2") = number;
    __asm__ volatile("svc 0" : "+r"(r0), "+r"(r1), "+r"(r2) : : "memory");
    return (struct tock_event){{r0, r1, r2}};
}

/** Success: 130 with the previous function and data; failure: 2 with those given. */
static inline struct tock_result tock_subscribe(uint32_t driver, uint32_t number,
                                                tock_upcall *function, uint32_t data)
{
    TOCK_CALL(1, driver, number, (uint32_t)(uintptr_t)function, data);
    return (struct tock_result){r0, {r1, r2, r3}};
}

static inline struct tock_result tock_command(uint32_t driver, uint32_t number,
                                              uint32_t argument0, uint32_t argument1)
{
    TOCK_CALL(2, driver, number, argument0, argument1);
    return (struct tock_result){r0, {r1, r2, r3}};
}

/** Lends `len` bytes to the driver until the same number is allowed again. */
static inline struct tock_result tock_allow_rw(uint32_t driver, uint32_t number,
                                               void *bytes, size_t len)
{
    TOCK_CALL(3, driver, number, (uint32_t)(uintptr_t)bytes, len);
    return (struct tock_result){r0, {r1, r2, r3}};
}

/** Like tock_allow_rw, for bytes the driver only reads; they may be in flash. */
static inline struct tock_result tock_allow_ro(uint32_t driver, uint32_t number,
                                               const void *bytes, size_t len)
{
    TOCK_CALL(4, driver, number, (uint32_t)(uintptr_t)bytes, len);
    return (struct tock_result){r0, {r1, r2, r3}};
}

static inline struct tock_result tock_memop(uint32_t operation, uint32_t argument)
{
    TOCK_CALL(5, operation, argument, 0, 0);
    return (struct tock_result){r0, {r1, r2, r3}};
}

/** Ends the program for good. `code`: 0 is a normal end. */
_Noreturn static inline void tock_exit(uint32_t code)
{
    TOCK_CALL(6, 0, code, 0, 0);
    __builtin_unreachable();
}

/** Ends the program and starts it afresh. */
_Noreturn static inline void tock_restart(uint32_t code)
{
    TOCK_CALL(6, 1, code, 0, 0);
    __builtin_unreachable();
}
