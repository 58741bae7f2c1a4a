/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The machine: reset, priorities, interrupts, faults, halt.
 *
 * Priorities: faults 0, every interrupt and SysTick 0x40, SVC = PendSV the lowest; read
 * back at boot, for the kernel's exclusion rests on them. Interrupts stay masked from
 * reset until the loop is entered.
 */
#include "arch/arch.h"

#include "arch_cortexm.h"
#include "arch_entry.h"
#include "lib/assert.h"

#define ARCH_SHPR2 ARCH_REGISTER(0xE000ED1C) /* SVC in the highest byte */
#define ARCH_SHPR3 ARCH_REGISTER(0xE000ED20) /* SysTick the highest, PendSV below */
#define ARCH_SHCSR ARCH_REGISTER(0xE000ED24)
#define ARCH_SHCSR_FAULTS_ENABLED 0x00070000u
#define ARCH_SHCSR_SVCALL_PENDED 0x00008000u
#define ARCH_CFSR ARCH_REGISTER(0xE000ED28)
#define ARCH_HFSR ARCH_REGISTER(0xE000ED2C)
#define ARCH_MMFAR ARCH_REGISTER(0xE000ED34)
#define ARCH_BFAR ARCH_REGISTER(0xE000ED38)
#define ARCH_CCR ARCH_REGISTER(0xE000ED14)
#define ARCH_CCR_DIV_0_TRP 0x10u
#define ARCH_CPACR ARCH_REGISTER(0xE000ED88)
#define ARCH_FPCCR ARCH_REGISTER(0xE000EF34)
#define ARCH_NVIC_PRIORITY ((volatile uint8_t *)0xE000E400)

#define PRIORITY_INTERRUPT 0x40u
#define PRIORITY_KERNEL 0xFFu

#define CFSR_IACCVIOL 0x00000001u
#define CFSR_DACCVIOL 0x00000002u
#define CFSR_MM_STACKING 0x00000018u
#define CFSR_MMARVALID 0x00000080u
#define CFSR_BUS 0x0000FF00u
#define CFSR_BUS_STACKING 0x00001800u
#define CFSR_IMPRECISERR 0x00000400u
#define CFSR_BFARVALID 0x00008000u
#define CFSR_ARITHMETIC 0x03000000u

#define INTERRUPT_WORDS 8u /* an Armv7-M NVIC has at most 240 lines */

volatile uint32_t arch_interrupt_record[INTERRUPT_WORDS];

__attribute__((used)) void arch_machine_init(void)
{
    /* No FPU for anybody: its frames are longer than eight words. A boot loader may have
     * left both on; a core without an FPU ignores the writes. */
    ARCH_CPACR = 0;
    ARCH_FPCCR = 0;
    ARCH_SHPR2 = PRIORITY_KERNEL << 24;
    ARCH_SHPR3 = PRIORITY_INTERRUPT << 24 | PRIORITY_KERNEL << 16;
    uint32_t svc = ARCH_SHPR2 >> 24;
    uint32_t pendsv = ARCH_SHPR3 >> 16 & 0xFFu;
    uint32_t systick = ARCH_SHPR3 >> 24;

    ASSERT(svc == pendsv && pendsv > systick && systick != 0);
    ARCH_SHCSR = ARCH_SHCSR_FAULTS_ENABLED;
    ARCH_CCR |= ARCH_CCR_DIV_0_TRP;
    arch_mpu_init();
}

void arch_interrupt_enable(uint32_t line)
{
    ARCH_NVIC_PRIORITY[line] = PRIORITY_INTERRUPT;
    ARCH_NVIC_ISER(line / 32u) = UINT32_C(1) << line % 32u;
}

static uint32_t exception_number(void)
{
    uint32_t ipsr;

    __asm__ volatile("mrs %0, ipsr" : "=r"(ipsr));
    return ipsr;
}

/** Every line with a bottom half: masks it, records it, requests the loop. */
__attribute__((used)) void arch_interrupt(void)
{
    uint32_t line = exception_number() - 16u;
    uint32_t bit = UINT32_C(1) << line % 32u;

    ARCH_NVIC_ICER(line / 32u) = bit;
    arch_interrupt_record[line / 32u] |= bit;
    arch_loop_request();
}

static uint8_t kind_of(uint32_t status)
{
    if (status & (CFSR_MM_STACKING | CFSR_BUS_STACKING)) {
        return ARCH_FAULT_STACK;
    }
    if (status & CFSR_IACCVIOL) {
        return ARCH_FAULT_EXECUTE;
    }
    if (status & CFSR_DACCVIOL) {
        return ARCH_FAULT_DATA;
    }
    if (status & CFSR_BUS) {
        return ARCH_FAULT_BUS;
    }
    if (status & CFSR_ARITHMETIC) {
        return ARCH_FAULT_ARITHMETIC;
    }
    return ARCH_FAULT_INSTRUCTION; /* also bkpt, which only HFSR knows about */
}

/** Collects what the hardware says and clears it. frame may be read if readable. */
static struct arch_fault collect(uint32_t frame, bool readable)
{
    struct arch_fault fault = {.status = ARCH_CFSR, .stack_pointer = frame};

    fault.kind = kind_of(fault.status);
    if (fault.status & CFSR_MMARVALID) {
        fault.address = ARCH_MMFAR;
        fault.address_valid = true;
    } else if (fault.status & CFSR_BFARVALID) {
        fault.address = ARCH_BFAR;
        fault.address_valid = true;
    }
    ARCH_CFSR = fault.status;
    ARCH_HFSR = ARCH_HFSR;
    if (readable && !(fault.status & (CFSR_MM_STACKING | CFSR_BUS_STACKING))) {
        fault.frame_valid = true;
        for (uint32_t i = 0; i < 8; i++) {
            fault.frame[i] = ((const uint32_t *)frame)[i];
        }
    }
    return fault;
}

/** From arch_entry.S: the running process faulted; its frame may be anywhere. */
void arch_fault_process(uint32_t frame);

__attribute__((used)) void arch_fault_process(uint32_t frame)
{
    const struct arch_limits *limits = &arch_current->limits;
    bool readable = frame >= limits->ram_start && frame <= limits->app_brk - 32u;
    struct arch_fault fault = collect(frame, readable);

    if (fault.status & CFSR_IMPRECISERR) {
        loop_panic(
            &fault); /* a buffered write of ours: no process can reach a bus error */
    }
    /* An svc whose own stacking failed is still pending and must not be served. */
    ARCH_SHCSR &= ~ARCH_SHCSR_SVCALL_PENDED;
    loop_fault(arch_current, &fault);
    __asm__ volatile("dsb" ::: "memory");
}

/** From arch_entry.S: our own bug, in a handler or before the first process. */
_Noreturn void arch_fault_kernel(uint32_t frame);

__attribute__((used)) _Noreturn void arch_fault_kernel(uint32_t frame)
{
    struct arch_fault fault =
        collect(frame, frame >= (uint32_t)arch_stack_bottom + 32u &&
                           frame <= (uint32_t)arch_stack_top - 32u);

    loop_panic(&fault);
}

__attribute__((used)) void arch_nmi(void)
{
    struct arch_fault fault = {.kind = ARCH_FAULT_NONE};

    loop_panic(&fault);
}

__attribute__((used)) void arch_unexpected(void)
{
    struct arch_fault fault = {.status = exception_number()};

    loop_panic(&fault);
}

_Noreturn void arch_loop_enter(void)
{
    arch_loop_request();
    arch_interrupts_on();
    for (;;) { /* the loop never comes back here: it drops this stack */
    }
}

__attribute__((used)) _Noreturn void arch_halt(void)
{
    arch_interrupts_off();
    for (;;) {
        arch_sleep();
    }
}
