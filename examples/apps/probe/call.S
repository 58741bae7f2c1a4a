/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * One function for each class, as `svc` takes an immediate. All registers but sp are
 * the call's, so its address waits on the stack.
 */
    .file "call.S"
    .syntax unified
    .cpu cortex-m3
    .thumb
    .text

    .macro CALL name, class
    .global \name
    .type \name, %function
    .thumb_func
\name:
    push    {r0, r4-r11, lr}
    ldr     lr, [r0, #52]
    ldm     r0, {r0-r12}
    svc     \class
    push    {r0-r12, lr}
    ldr     r0, [sp, #56]
    mov     r1, #14
1:  pop     {r2}
    str     r2, [r0], #4
    subs    r1, r1, #1
    bne     1b
    pop     {r0, r4-r11, pc}
    .size \name, . - \name
    .endm

    CALL call_yield, 0
    CALL call_subscribe, 1
    CALL call_command, 2
    CALL call_allow_rw, 3
    CALL call_allow_ro, 4
    CALL call_memop, 5
    CALL call_exit, 6
    CALL call_allow_readable, 7

    .global call_yield_odd
    .type call_yield_odd, %function
    .thumb_func
call_yield_odd:
    push    {r4, r5, lr}        @ three words: sp is 4 modulo 8
    mov     r4, sp
    movs    r0, #1
    movs    r1, #0
    cmp     r0, r0
    itet    eq
    svceq   0                   @ leaves "ne, eq" for what follows
    movne   r5, r5
    moveq   r5, r5
    mov     r0, sp
    subs    r0, r0, r4
    mov     sp, r4
    pop     {r4, r5, pc}
    .size call_yield_odd, . - call_yield_odd

    .global call_it_upcall
    .type call_it_upcall, %function
    .thumb_func
call_it_upcall:
    add     r3, r3, #1
    add     r3, r3, #2
    ldr     r2, 1f
    ldr     r2, [r9, r2]
    str     r3, [r2]
    bx      lr
    .align  2
1:  .word   call_it_result(GOT)
    .size call_it_upcall, . - call_it_upcall
