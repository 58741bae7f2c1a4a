/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Reports of faults and refused applications, written while nothing else runs.
 *
 * A line is put out piece by piece, so no buffer and no limit but of a process's name, which
 * comes with its flash; the board's report port may be absent, and then this says nothing.
 * A watchdog hears of each line: the port may be slow, and a report has many.
 */
#include "kernel/internal/report.h"

#include "kernel/internal/state.h"

#include <stdarg.h>

#define NAME_SHOWN 64u /* bytes */

static void put(const char *text, uint32_t len)
{
    if (board_kernel.report.owner != NULL && len != 0) {
        uart_write_polled(&board_kernel.report, text, len);
    }
}

static void put_text(const char *text)
{
    uint32_t len = 0;

    while (text[len] != '\0') {
        len++;
    }
    put(text, len);
}

/** In base 10 or 16, with at least width digits. */
static void put_number(uint32_t value, uint32_t base, uint32_t width)
{
    char digits[10];
    uint32_t at = sizeof(digits);

    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0 || sizeof(digits) - at < width);
    put(&digits[at], sizeof(digits) - at);
}

static void put_process(const struct process *process)
{
    put("process ", 8);
    put_number(process->slot, 10, 1);
    put(" (", 2);
    for (uint32_t i = 0; i < process->name_len && i < NAME_SHOWN; i++) {
        /* a name with line ends or escapes could look like a report of ours */
        bool plain = process->name[i] >= ' ' && process->name[i] <= '~';

        put(plain ? &process->name[i] : "?", 1);
    }
    put(")", 1);
}

static void put_argument(char kind, va_list *args)
{
    switch (kind) {
    case 's':
        put_text(va_arg(*args, const char *));
        break;
    case 'u':
        put_number(va_arg(*args, uint32_t), 10, 1);
        break;
    case 'x':
        put("0x", 2);
        put_number(va_arg(*args, uint32_t), 16, 8);
        break;
    default: /* p */
        put_process(va_arg(*args, const struct process *));
        break;
    }
}

void report_line(const char *format, ...)
{
    va_list args;

    if (board_kernel.report.owner == NULL) {
        return; /* here, so that without a port the calls and their texts go too */
    }
    if (board_kernel.watchdog.owner != NULL) {
        policy_watchdog_tickle(&board_kernel.watchdog);
    }
    va_start(args, format);
    put("kernel: ", 8);
    while (*format != '\0') {
        uint32_t len = 0;

        while (format[len] != '\0' && format[len] != '%') {
            len++;
        }
        put(format, len);
        format += len;
        if (*format == '%') {
            put_argument(format[1], &args);
            format += 2;
        }
    }
    put("\r\n", 2);
    va_end(args);
}

static const char *const fault_kinds[] = {
    [ARCH_FAULT_NONE] = "unknown fault",
    [ARCH_FAULT_DATA] = "data access not allowed",
    [ARCH_FAULT_EXECUTE] = "execution not allowed",
    [ARCH_FAULT_STACK] = "stack pointer outside its memory",
    [ARCH_FAULT_INSTRUCTION] = "illegal instruction or state",
    [ARCH_FAULT_ARITHMETIC] = "unaligned access or division by zero",
    [ARCH_FAULT_BUS] = "bus error",
    [ARCH_FAULT_SYSCALL] = "unknown system call class",
};

void report_fault(const struct process *process, const struct arch_fault *fault)
{
    const uint32_t *frame = fault->frame;

    put("\r\n", 2); /* whatever the console was in the middle of */
    report_line("%p: %s", process, fault_kinds[fault->kind]);
    if (fault->address_valid) {
        report_line("  address %x", fault->address);
    }
    if (fault->frame_valid) {
        report_line("  pc %x  lr %x  psr %x", frame[6], frame[5], frame[7]);
        report_line("  r0 %x  r1 %x  r2 %x  r3 %x  r12 %x", frame[0], frame[1],
                    frame[2], frame[3], frame[4]);
    }
    report_line("  sp %x  status %x", fault->stack_pointer, fault->status);
    report_line("  memory %x-%x  kernel from %x", process->arch.limits.ram_start,
                process->arch.limits.app_brk, process->kern_brk);
}
