/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Makes 100,000 system calls under a load of timer interrupts and checks every
 * result: a call that an interrupt swallows gives back its own arguments.
 */
#include "line.h"
#include "tock.h"

enum {
    CALLS = 100000,
    ALARM = 0x0,
    CONSOLE = 0x1,
    MISSING_DRIVER = 0xbad00,
    SPREAD_TICKS = 1024,
};

static volatile uint32_t upcalls;
static uint8_t buffers[2][16];
static uint32_t lent, lent_len; /* what the last allow lent */

static void expired(uint32_t now, uint32_t expiry, uint32_t unused, uint32_t data)
{
    (void)now;
    (void)expiry;
    (void)unused;
    upcalls += data;
}

static bool is(struct tock_result result, uint32_t variant, uint32_t a, uint32_t b)
{
    return result.variant == variant && result.values[0] == a && result.values[1] == b;
}

static bool swap(uint32_t index)
{
    uint8_t *buffer = buffers[index & 1];
    uint32_t len = index % sizeof(buffers[0]);
    struct tock_result result = tock_allow_rw(CONSOLE, 0, buffer, len);
    bool right = is(result, TOCK_SUCCESS_2U32, lent, lent_len);

    lent = (uint32_t)(uintptr_t)buffer;
    lent_len = len;
    return right;
}

/* Lets an upcall run and arms the next alarm, for a moment that varies. */
static bool yield(uint32_t index)
{
    uint32_t before = upcalls;
    bool ran = tock_yield_no_wait();

    if (upcalls != before + ran) {
        return false;
    }
    if (!ran) {
        return true;
    }
    struct tock_result now = tock_command(ALARM, 2, 0, 0);
    uint32_t dt = index * 2654435761u % SPREAD_TICKS;
    return now.variant == TOCK_SUCCESS_U32 &&
           is(tock_command(ALARM, 6, now.values[0], dt), TOCK_SUCCESS_U32,
              now.values[0] + dt, now.values[0]);
}

static bool call(uint32_t index, uint32_t frequency_hz, uint32_t ram_start)
{
    switch (index % 5) {
    case 0:
        return swap(index);
    case 1:
        return is(tock_command(ALARM, 1, index, 8), TOCK_SUCCESS_U32, frequency_hz,
                  index);
    case 2:
        return is(tock_memop(TOCK_RAM_START, index), TOCK_SUCCESS_U32, ram_start, 0);
    case 3:
        return is(tock_command(MISSING_DRIVER, 1, index, 9), TOCK_FAILURE,
                  TOCK_NODEVICE, index);
    default:
        return yield(index);
    }
}

int main(void)
{
    struct line line = {.len = 0};
    uint32_t frequency_hz = tock_command(ALARM, 1, 0, 0).values[0];
    uint32_t ram_start = tock_memop(TOCK_RAM_START, 0).values[0];
    uint32_t lost = 0;

    tock_subscribe(ALARM, 0, expired, 1);
    tock_command(ALARM, 5, 1, 0);
    for (uint32_t i = 0; i < CALLS; i++) {
        lost += !call(i, frequency_hz, ram_start);
    }
    line_add(&line, "storm: ");
    line_add_u32(&line, CALLS);
    line_add(&line, " calls, ");
    line_add_u32(&line, lost);
    line_add(&line, " lost");
    line_print(&line);
    line_add(&line, "storm: upcalls: ");
    line_add_u32(&line, upcalls);
    line_print(&line);
    return 0;
}
