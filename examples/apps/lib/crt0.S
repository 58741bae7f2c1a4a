/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * First instructions of an application, position independent.
 *
 * The kernel enters at _start with r0 = the image in flash, r1 = its RAM,
 * r2 = length of that RAM, r3 = the initial break, and a stack that has room for
 * one exception frame only. So nothing is pushed before memop 0 (brk) has granted
 * the RAM this program was linked for. If it is refused the program ends with 9.
 *
 * The table comes first in the image: a packer finds the relocations through it.
 */
    .file "crt0.S"
    .syntax unified
    .cpu cortex-m3
    .thumb

    .section .crt0_header, "a", %progbits
    .word __got_image       /* 0: the GOT's initial words, offset in the image */
    .word __got_start       /* 4: the GOT, offset in RAM */
    .word __got_size
    .word __data_image      /* 12 */
    .word __data_start
    .word __data_size
    .word __bss_start       /* 24 */
    .word __bss_size
    .word __reldata_image   /* 32: byte count, then Elf32_Rel entries of .data */
    .word __stack_size      /* 36 */

    .section .text._start, "ax", %progbits
    .global _start
    .type _start, %function
    .thumb_func
_start:
    mov     r4, r0
    mov     r5, r1
    ldr     r6, [r4, #24]
    ldr     r7, [r4, #28]
    add     r6, r6, r7
    add     r6, r6, r5          /* r6: the end of .bss, where a heap would start */

    movs    r0, #0
    mov     r1, r6
    svc     5                   /* brk */
    cmp     r0, #128
    beq     1f
    movs    r0, #0
    movs    r1, #9
    svc     6                   /* exit: no memory */

1:  ldr     r7, [r4, #36]
    add     r7, r7, r5
    bic     r7, r7, #7
    mov     sp, r7
    movs    r0, #10
    mov     r1, r7
    svc     5                   /* the stack's top, for debugging */
    movs    r0, #11
    mov     r1, r6
    svc     5                   /* the heap's start, for debugging */

    ldr     r9, [r4, #4]
    add     r9, r9, r5
    mov     r0, r4
    mov     r1, r5
    bl      relocate_image
    bl      main
    mov     r1, r0
    movs    r0, #0
    svc     6                   /* exit with main's result */
2:  b       2b
    .size _start, . - _start
