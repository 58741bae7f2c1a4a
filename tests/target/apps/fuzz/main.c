/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Makes system calls with arguments nobody should pass: addresses of others, lengths
 * that wrap, numbers that do not exist. None may harm the kernel or a neighbour.
 *
 * It never lets an upcall run, and lends the whole of its memory, so that its break
 * cannot shrink: a fault of its own would prove nothing. It leaves out console writes
 * and low-level debug, whose output would hide the verdict.
 */
#include "console.h"
#include "line.h"
#include "tock.h"

enum {
    ROUNDS = 30000,
    CONSOLE = 0x1,
    CONSOLE_WRITE = 1,
    LOW_LEVEL_DEBUG = 0x8,
    VALUES = 32,
    CANARIES = 16,
};

static uint32_t state = 1;
static uint32_t values[VALUES];
static uint32_t value_count;
static volatile uint32_t canaries[CANARIES];

static uint32_t random_below(uint32_t bound)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % bound;
}

static void add(uint32_t value)
{
    values[value_count++] = value;
}

/* Edges of all that this process owns, and of what it does not. */
static void collect(void)
{
    static const uint32_t fixed[] = {
        0,          1,          2,          3,          9,          0xff,
        0x100,      0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff, 0x200,
        0x20000000, 0x20000ffc, 0x40004000, 0xe000ed00,
    };

    for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
        add(fixed[i]);
    }
    for (uint32_t operation = TOCK_RAM_START; operation <= TOCK_GRANT_START;
         operation++) {
        uint32_t edge = tock_memop(operation, 0).values[0];

        add(edge);
        add(edge - 1);
    }
    add(tock_memop(TOCK_SBRK, 0).values[0]);
    add((uint32_t)(uintptr_t)values);
}

static uint32_t argument(void)
{
    return random_below(8) == 0 ? state : values[random_below(value_count)];
}

static uint32_t driver(void)
{
    return random_below(8) == 0 ? argument() : random_below(5);
}

static uint32_t number(void)
{
    return random_below(4) == 0 ? argument() : random_below(10);
}

/* Arguments first: a register variable does not live through a call of a function. */
static void yield(void)
{
    uint32_t which = random_below(4) == 0 ? 3 + random_below(250) : 0;
    uint32_t flag = argument();

    TOCK_CALL(0, which, flag, 0, 0);
    (void)r0;
    (void)r1;
    (void)r2;
    (void)r3;
}

static void exit_wrongly(void)
{
    uint32_t which = 2 + random_below(250);
    uint32_t code = argument();

    TOCK_CALL(6, which, code, 0, 0);
    (void)r0;
    (void)r1;
    (void)r2;
    (void)r3;
}

static void share(void)
{
    uint32_t which = driver();
    uint32_t what = number();
    uint32_t start = argument();
    uint32_t len = argument();

    TOCK_CALL(7, which, what, start, len);
    (void)r0;
    (void)r1;
    (void)r2;
    (void)r3;
}

/* Registers something and takes it back before it could be called. */
static void subscribe(void)
{
    uint32_t which = driver();
    uint32_t what = number();
    uintptr_t function = argument();
    uint32_t data = argument();

    tock_subscribe(which, what, (tock_upcall *)function, data);
    tock_subscribe(which, what, NULL, 0);
}

static void command(void)
{
    uint32_t which = driver();
    uint32_t what = number();
    uint32_t first = argument();
    uint32_t second = argument();

    if (which != LOW_LEVEL_DEBUG && !(which == CONSOLE && what == CONSOLE_WRITE)) {
        tock_command(which, what, first, second);
    }
}

static void memop(void)
{
    uint32_t operation = number();
    uint32_t value = argument();

    tock_memop(operation, value);
}

static void lend(bool writeable)
{
    uint32_t which = driver();
    uint32_t what = number();
    uintptr_t start = argument();
    uint32_t len = argument();

    if (writeable) {
        tock_allow_rw(which, what, (void *)start, len);
    } else {
        tock_allow_ro(which, what, (void *)start, len);
    }
}

static void call(void)
{
    switch (random_below(8)) {
    case 0:
        yield();
        break;
    case 1:
        subscribe();
        break;
    case 2:
        command();
        break;
    case 3:
        lend(true);
        break;
    case 4:
        lend(false);
        break;
    case 5:
        memop();
        break;
    case 6:
        exit_wrongly();
        break;
    default:
        share();
        break;
    }
}

int main(void)
{
    uint32_t start = tock_memop(TOCK_RAM_START, 0).values[0];
    uint32_t end = tock_memop(TOCK_SBRK, 0).values[0];
    uint32_t wrong = 0;
    struct line line = {.len = 0};

    tock_allow_ro(CONSOLE, 1, (void *)(uintptr_t)start, end - start);
    collect();
    for (uint32_t i = 0; i < CANARIES; i++) {
        canaries[i] = ~i;
    }
    for (uint32_t i = 0; i < ROUNDS; i++) {
        call();
    }
    for (uint32_t i = 0; i < CANARIES; i++) {
        wrong += canaries[i] != ~i;
    }
    line_add(&line, "fuzz: ");
    line_add_u32(&line, ROUNDS);
    line_add(&line, " calls, canaries wrong: ");
    line_add_u32(&line, wrong);
    line_print(&line);
    return 0;
}
