/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#define _GNU_SOURCE
#include "kernel_board.h"

#include "kernel/internal/process.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/*
 * kernel/platform.h is not included: it declares these const, as in flash. Here they are
 * variables, so that one build serves every test.
 */
extern struct kernel board_kernel;
extern const struct syscall_driver *board_grants[KERNEL_BOARD_DRIVERS];
extern uint8_t board_grant_count;
extern void (*board_interrupts[KERNEL_BOARD_LINES])(void);
extern uint8_t board_interrupt_words;
extern void (*board_deferred[KERNEL_BOARD_DEFERRED])(void);
extern uint32_t board_deferred_pending[KERNEL_BOARD_DEFERRED / 32];
extern uint8_t board_deferred_words;
extern struct application board_apps[KERNEL_BOARD_SLOTS];
extern uint8_t board_app_count;
extern const uint32_t board_driver_multiplier;
extern const uint8_t board_driver_shift;
void load_processes(const struct cap_process_management *cap);

void __asan_poison_memory_region(void const volatile *address, size_t size);
bool arch_syscall(uint32_t stack_pointer);

struct kernel_board kernel_board;
struct application board_apps[KERNEL_BOARD_SLOTS];
uint8_t board_app_count;

static void event(uint32_t kind, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    if (kernel_board.event_count < KERNEL_BOARD_EVENTS) {
        kernel_board.events[kernel_board.event_count] =
            (struct kernel_board_event){.kind = kind, .value = {a, b, c, d}};
    }
    kernel_board.event_count++;
    if (kernel_board.on_event != NULL) {
        kernel_board.on_event(kind, a);
    }
}

/* -- lines and deferred calls: one function for each, which knows its number ------------ */

static void interrupt(uint32_t line)
{
    if ((kernel_board.storm[line / 32] >> line % 32 & 1) != 0) {
        arch_host_raise(line);
    }
    event(EVENT_INTERRUPT, line, 0, 0, 0);
}

static void deferred(uint32_t index)
{
    struct deferred self = {.index = (uint8_t)index};

    if ((kernel_board.rearm[index / 32] >> index % 32 & 1) != 0) {
        deferred_set(&self);
    }
    event(EVENT_DEFERRED, index, 0, 0, 0);
}

/* Four a line, which clang-format 14 formats anew each time it sees it. */
/* clang-format off */
#define DIGITS(kind, n)                                                                \
    ONE(kind, n##0) ONE(kind, n##1) ONE(kind, n##2) ONE(kind, n##3)                    \
    ONE(kind, n##4) ONE(kind, n##5) ONE(kind, n##6) ONE(kind, n##7)                    \
    ONE(kind, n##8) ONE(kind, n##9) ONE(kind, n##A) ONE(kind, n##B)                    \
    ONE(kind, n##C) ONE(kind, n##D) ONE(kind, n##E) ONE(kind, n##F)
#define UP_TO_5F(kind)                                                                 \
    DIGITS(kind, 0x0) DIGITS(kind, 0x1) DIGITS(kind, 0x2) DIGITS(kind, 0x3)            \
    DIGITS(kind, 0x4) DIGITS(kind, 0x5)
#define UP_TO_FF(kind)                                                                 \
    UP_TO_5F(kind)                                                                     \
    DIGITS(kind, 0x6) DIGITS(kind, 0x7) DIGITS(kind, 0x8) DIGITS(kind, 0x9)            \
    DIGITS(kind, 0xA) DIGITS(kind, 0xB) DIGITS(kind, 0xC) DIGITS(kind, 0xD)            \
    DIGITS(kind, 0xE) DIGITS(kind, 0xF)
/* clang-format on */

#define ONE(kind, n)                                                                   \
    static void kind##_##n(void)                                                       \
    {                                                                                  \
        kind(n);                                                                       \
    }
UP_TO_FF(interrupt)
UP_TO_5F(deferred)
#undef ONE

#define ONE(kind, n) kind##_##n,
void (*board_interrupts[KERNEL_BOARD_LINES])(void) = {UP_TO_FF(interrupt)};
void (*board_deferred[KERNEL_BOARD_DEFERRED])(void) = {UP_TO_5F(deferred)};
uint8_t board_interrupt_words = KERNEL_BOARD_LINES / 32;
uint32_t board_deferred_pending[KERNEL_BOARD_DEFERRED / 32];
uint8_t board_deferred_words = KERNEL_BOARD_DEFERRED / 32;

/* -- drivers ------------------------------------------------------------------------------ */

static void command_of(uint32_t driver, const struct command *command,
                       struct command_result *result)
{
    event(EVENT_COMMAND, driver, command->number, command->arg[0], command->arg[1]);
    *result = kernel_board.result;
}

#define DRIVER(n)                                                                      \
    static void command_##n(struct process *process, const struct command *command,    \
                            struct command_result *result)                             \
    {                                                                                  \
        (void)process;                                                                 \
        command_of(n, command, result);                                                \
    }                                                                                  \
    static void exited_##n(struct process_id id)                                       \
    {                                                                                  \
        event(EVENT_EXITED, n, id.slot, id.generation, process_get(id) != NULL);       \
    }
DRIVER(0)
DRIVER(1)
DRIVER(2)
DRIVER(3)
DRIVER(4)

/* Found by trying: the numbers below hash to 0, 1, 2, 3 and 4 of 8 slots. */
const uint32_t board_driver_multiplier = 0x2F740F73;
const uint8_t board_driver_shift = 29;
uint8_t board_driver_slots;
struct syscall_driver board_drivers[KERNEL_BOARD_DRIVERS];

#define HOLE .number = 1, .grant = DRIVER_NO_GRANT /* 1 hashes to another slot */

static const struct syscall_driver drivers[KERNEL_BOARD_DRIVERS] = {
    {.number = 0,
     .command = command_0,
     .exited = exited_0,
     .grant_size = 5,
     .grant = 0,
     .pairs = 1,
     .upcalls = 1},
    {.number = 1,
     .command = command_1,
     .exited = exited_1,
     .grant_size = 20,
     .grant = 1,
     .pairs = 7,
     .upcalls = 3,
     .allow_ro = 2,
     .allow_rw = 2},
    {.number = 2, .command = command_2, .exited = exited_2, .grant = DRIVER_NO_GRANT},
    {.number = 0x40001,
     .command = command_3,
     .exited = exited_3,
     .grant_size = 0,
     .grant = 2,
     .pairs = 4,
     .upcalls = 2,
     .allow_ro = 1,
     .allow_rw = 1},
    {.number = 0x90000,
     .command = command_4,
     .exited = exited_4,
     .grant_size = 60000,
     .grant = 3,
     .pairs = 3,
     .upcalls = 1,
     .allow_ro = 1,
     .allow_rw = 1},
    {HOLE},
    {HOLE},
    {HOLE},
};
const struct syscall_driver *board_grants[KERNEL_BOARD_DRIVERS];
uint8_t board_grant_count;

/* -- policies ----------------------------------------------------------------------------- */

static struct round_robin_state scheduler_state;
static const struct round_robin scheduler = {.state = &scheduler_state};

static void slice_start(const struct policy_slice *port, uint32_t ticks)
{
    (void)port;
    kernel_board.expired = false;
    event(EVENT_SLICE, ticks, 0, 0, 0);
}

static void slice_stop(const struct policy_slice *port)
{
    slice_start(port, 0);
}

static bool slice_expired(const struct policy_slice *port)
{
    (void)port;
    return kernel_board.expired;
}

static enum policy_fault_action fault_decide(const struct policy_fault *port,
                                             uint32_t restarts)
{
    (void)port;
    event(EVENT_FAULT, restarts, 0, 0, 0);
    return kernel_board.fault;
}

static enum policy_fault_action app_fault_decide(const struct policy_fault *port,
                                                 uint32_t restarts)
{
    event(EVENT_APP_FAULT, port->index, restarts, 0, 0);
    return kernel_board.app_fault[port->index];
}

static void write_polled(const struct uart_polled *port, const char *data, uint32_t len)
{
    (void)port;
    if (len <= sizeof(kernel_board.report) - kernel_board.report_len) {
        memcpy(kernel_board.report + kernel_board.report_len, data, len);
        kernel_board.report_len += len;
    }
}

static const struct policy_slice_ops slice_ops = {slice_start, slice_stop,
                                                  slice_expired};
static const struct policy_fault_ops fault_ops = {fault_decide};
static const struct policy_fault_ops app_fault_ops = {app_fault_decide};
static const struct uart_polled_ops polled_ops = {write_polled};

static struct kernel_app apps[KERNEL_BOARD_SLOTS];
static const struct policy_fault app_on_fault[KERNEL_BOARD_SLOTS] = {
    {.ops = &app_fault_ops, .owner = &kernel_board, .index = 0},
    {.ops = &app_fault_ops, .owner = &kernel_board, .index = 1},
    {.ops = &app_fault_ops, .owner = &kernel_board, .index = 2},
    {.ops = &app_fault_ops, .owner = &kernel_board, .index = 3},
};
static struct kernel_state state;
static struct process processes[KERNEL_BOARD_SLOTS];
static struct policy_subject subjects[KERNEL_BOARD_SLOTS];
static const struct filter_allow_list filter = {.allow = kernel_board.allow};
static const struct kernel kernel = {
    .state = &state,
    .scheduler = {.ops = &round_robin_scheduler_ops, .owner = &scheduler},
    .slice = {.ops = &slice_ops, .owner = &kernel_board},
    .on_fault = {.ops = &fault_ops, .owner = &kernel_board},
    .report = {.ops = &polled_ops, .owner = &kernel_board},
    .slice_ticks = 1000,
    .slots = KERNEL_BOARD_SLOTS,
    .processes = processes,
    .subjects = subjects,
    .apps_flash_start = KERNEL_BOARD_FLASH,
    .apps_flash_end = KERNEL_BOARD_FLASH + KERNEL_BOARD_SIZE,
    .apps_ram_start = KERNEL_BOARD_RAM,
    .apps_ram_end = KERNEL_BOARD_RAM + KERNEL_BOARD_SIZE,
};
struct kernel board_kernel;

/* -- what tests call ---------------------------------------------------------------------- */

static jmp_buf way_out;
static int inside;

static void left(enum arch_host_end end)
{
    arch_host.masked = false;
    if (!inside) {
        abort();
    }
    longjmp(way_out,
            end == ARCH_HOST_ASLEEP ? KERNEL_BOARD_ASLEEP : KERNEL_BOARD_HALTED);
}

static void step(void)
{
    if (++kernel_board.steps == kernel_board.raise_at) {
        arch_host_raise(kernel_board.raise_line);
    }
    if (kernel_board.slice_ends_at != 0 && !arch_host.masked &&
        kernel_board.steps >= kernel_board.slice_ends_at) {
        kernel_board.slice_ends_at = 0;
        kernel_board.expired = true;
        arch_host.loop_requested = true;
    }
}

static void map(uint32_t address)
{
    uint8_t *start = (uint8_t *)(uintptr_t)(address - KERNEL_BOARD_MARGIN);
    size_t size = KERNEL_BOARD_SIZE + 2 * KERNEL_BOARD_MARGIN;

    if (mmap(start, size, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != start) {
        abort();
    }
    __asan_poison_memory_region(start, KERNEL_BOARD_MARGIN);
    __asan_poison_memory_region(start + size - KERNEL_BOARD_MARGIN,
                                KERNEL_BOARD_MARGIN);
}

void kernel_board_reset(void)
{
    static bool mapped;

    if (!mapped) {
        map(KERNEL_BOARD_FLASH);
        map(KERNEL_BOARD_RAM);
        mapped = true;
    }
    memset(kernel_board_at(KERNEL_BOARD_FLASH), 0xFF, KERNEL_BOARD_SIZE);
    memset(kernel_board_at(KERNEL_BOARD_RAM), 0xA5, KERNEL_BOARD_SIZE);
    memset(&kernel_board, 0, sizeof(kernel_board));
    memset(&arch_host, 0, sizeof(arch_host));
    memset(&state, 0, sizeof(state));
    memset(&scheduler_state, 0, sizeof(scheduler_state));
    memset(processes, 0, sizeof(processes));
    memset(subjects, 0, sizeof(subjects));
    memset(board_apps, 0, sizeof(board_apps));
    memset(apps, 0, sizeof(apps));
    board_app_count = 0;
    memset(board_deferred_pending, 0, sizeof(board_deferred_pending));
    memcpy(board_drivers, drivers, sizeof(drivers));
    board_driver_slots = KERNEL_BOARD_DRIVERS;
    board_grant_count = 0;
    for (uint32_t i = 0; i < KERNEL_BOARD_DRIVERS; i++) {
        board_drivers[i].index = (uint8_t)i;
        if (board_drivers[i].grant != DRIVER_NO_GRANT) {
            board_grants[board_grant_count++] = &board_drivers[i];
        }
    }
    board_kernel = kernel;
    arch_current = NULL;
    arch_host.left = left;
    arch_host.step = step;
    for (uint32_t line = 0; line < KERNEL_BOARD_LINES; line++) {
        arch_interrupt_enable(line);
    }
}

void kernel_board_know(const char *name, uint16_t name_len)
{
    board_apps[board_app_count] =
        (struct application){.name = name, .name_len = name_len};
    board_app_count++;
}

void kernel_board_settings(void)
{
    for (uint32_t i = 0; i < KERNEL_BOARD_SLOTS; i++) {
        apps[i].ram_b = kernel_board.app_ram[i];
    }
    board_kernel.apps = apps;
    board_kernel.app_on_fault = app_on_fault;
}

void kernel_board_filter(void)
{
    board_kernel.filter =
        (struct policy_filter){.ops = &filter_allow_list_filter_ops, .owner = &filter};
}

void kernel_board_load(void)
{
    static const struct cap_process_management cap;

    load_processes(&cap);
}

int kernel_board_loop(void)
{
    int end = setjmp(way_out);

    if (end == 0) {
        inside = 1;
        loop_run();
        end = kernel_board_current();
    }
    inside = 0;
    return end;
}

int kernel_board_panic(const struct arch_fault *fault)
{
    int end = setjmp(way_out);

    if (end == 0) {
        inside = 1;
        loop_panic(fault);
    }
    inside = 0;
    return end;
}

bool kernel_board_svc(uint32_t stack_pointer)
{
    return arch_syscall(stack_pointer);
}

void kernel_board_fault(enum arch_fault_kind kind)
{
    struct arch_fault fault = arch_context_fault(arch_current, kind);

    loop_fault(arch_current, &fault);
}

uint8_t *kernel_board_at(uint32_t address)
{
    return (uint8_t *)(uintptr_t)address;
}

int kernel_board_current(void)
{
    const struct process *process = (const struct process *)(const void *)arch_current;

    return process == NULL ? -1 : process->slot;
}
