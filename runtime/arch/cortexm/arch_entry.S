/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Exception entries of Armv7-M.
 *
 * SVC and PendSV share the lowest priority, so they exclude each other. Thread mode is
 * always a process, unprivileged, on PSP; the main stack is empty whenever it runs. A
 * dispatch returns with a constant; no handler edits LR.
 *
 * A syscall that cannot go on branches into the code of PendSV: same priority, same
 * stack, no second exception.
 */
    .syntax unified
    .thumb

#define CONTEXT 16 /* offset of stack_pointer, r4-r11 behind it, in struct arch_process */

    .section .text.arch_svc, "ax", %progbits
    .global arch_svc
    .type arch_svc, %function
    .thumb_func
arch_svc:
    mrs r0, psp
    push {r3, lr}
    bl arch_syscall         /* true: the process goes on */
    cbz r0, 1f
    pop {r3, pc}
1:  add sp, #8
    ldr r1, =arch_current
    ldr r0, [r1]
    b save
    .global arch_pendsv
    .type arch_pendsv, %function
    .thumb_func
arch_pendsv:
    ldr r1, =arch_current
    ldr r0, [r1]
    cbz r0, first
save:
    mrs r1, psp
    adds r0, #CONTEXT
    stmia r0, {r1, r4-r11}
run:
    bl loop_run
    adds r0, #CONTEXT
    ldmia r0, {r1, r4-r11}
    msr psp, r1
    mvn lr, #2              /* 0xFFFFFFFD: thread mode, PSP, no FP frame */
    bx lr
first:
    movs r0, #1             /* the only write of CONTROL: thread mode is unprivileged */
    msr control, r0
    isb
    ldr r0, =arch_stack_top /* what main left on the stack is not coming back */
    mov sp, r0
    b run
    .size arch_svc, . - arch_svc
    .ltorg

#define MPU_RBAR 0xE000ED9C

    .section .text.arch_regions_write, "ax", %progbits
    .global arch_regions_write
    .type arch_regions_write, %function
    .thumb_func
arch_regions_write:
    ldr ip, =MPU_RBAR
    ldmia r0!, {r1-r3}      /* three pairs are six words */
    stmia ip!, {r1-r3}
    ldmia r0!, {r1-r3}
    stmia ip!, {r1-r3}
    dsb
    bx lr
    .size arch_regions_write, . - arch_regions_write
    .ltorg

/*
 * Reset: .data copied, .bss cleared, then C. The linker script makes .bss a multiple of 32
 * bytes.
 */
    .section .text.arch_reset, "ax", %progbits
    .global arch_reset
    .type arch_reset, %function
    .thumb_func
arch_reset:
    cpsid i
    ldr r0, =arch_data_start
    ldr r1, =arch_data_end
    ldr r2, =arch_data_load
1:  cmp r0, r1
    itt lo
    ldrlo r3, [r2], #4
    strlo r3, [r0], #4
    blo 1b
    ldr r0, =arch_bss_start
    ldr r1, =arch_bss_end
    bl arch_zero
    bl arch_machine_init
    bl main
    b arch_halt
    .size arch_reset, . - arch_reset
    .ltorg

    .section .text.arch_zero, "ax", %progbits
    .global arch_zero
    .type arch_zero, %function
    .thumb_func
arch_zero:
    push {r4-r9}
    movs r2, #0
    movs r3, #0
    movs r4, #0
    movs r5, #0
    movs r6, #0
    movs r7, #0
    mov r8, r2
    mov r9, r2
    subs ip, r1, r0
    tst ip, #32             /* an odd one first, then two a turn */
    it ne
    stmiane r0!, {r2-r9}
    b 2f
1:  stmia r0!, {r2-r9}
    stmia r0!, {r2-r9}
2:  cmp r0, r1
    blo 1b
    pop {r4-r9}
    bx lr
    .size arch_zero, . - arch_zero

    .section .text.arch_fault_entry, "ax", %progbits
    .global arch_fault_entry
    .global arch_hard_fault
    .type arch_fault_entry, %function
    .type arch_hard_fault, %function
    .thumb_func
arch_hard_fault:
    .thumb_func
arch_fault_entry:
    mvn r1, #2
    cmp lr, r1              /* from thread mode on PSP: a process */
    bne 2f
    mrs r0, psp
    push {r3, lr}
    bl arch_fault_process
    pop {r3, pc}
2:  mov r0, sp              /* ours; the stack may be what overflowed */
    ldr r1, =arch_stack_top
    mov sp, r1
    b arch_fault_kernel
    .size arch_fault_entry, . - arch_fault_entry
    .ltorg
