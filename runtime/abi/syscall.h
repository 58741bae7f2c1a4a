/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Numbers of the system call interface: TRD104, as Tock 2.x applications use them. */
#pragma once

/* Classes: the immediate of svc, or a4 of ecall. */
#define SYSCALL_YIELD 0u
#define SYSCALL_SUBSCRIBE 1u
#define SYSCALL_COMMAND 2u
#define SYSCALL_ALLOW_RW 3u
#define SYSCALL_ALLOW_RO 4u
#define SYSCALL_MEMOP 5u
#define SYSCALL_EXIT 6u
#define SYSCALL_ALLOW_USERSPACE_READABLE 7u

/* Yield: first argument. */
#define YIELD_NO_WAIT 0u
#define YIELD_WAIT 1u
#define YIELD_WAIT_FOR 2u

/* Exit: first argument. */
#define EXIT_TERMINATE 0u
#define EXIT_RESTART 1u

/* Memop: first argument. */
#define MEMOP_BRK 0u
#define MEMOP_SBRK 1u
#define MEMOP_RAM_START 2u
#define MEMOP_RAM_END 3u
#define MEMOP_FLASH_START 4u
#define MEMOP_FLASH_END 5u
#define MEMOP_GRANT_START 6u
#define MEMOP_FLASH_REGIONS 7u
#define MEMOP_FLASH_REGION_START 8u
#define MEMOP_FLASH_REGION_END 9u
#define MEMOP_STACK_START 10u
#define MEMOP_HEAP_START 11u

/* Return variants: the first result register. Registers a variant does not name keep
 * what the process had in them. */
#define RETURN_FAILURE 0u
#define RETURN_FAILURE_U32 1u
#define RETURN_FAILURE_2U32 2u
#define RETURN_FAILURE_U64 3u
#define RETURN_SUCCESS 128u
#define RETURN_SUCCESS_U32 129u
#define RETURN_SUCCESS_2U32 130u
#define RETURN_SUCCESS_U64 131u
#define RETURN_SUCCESS_3U32 132u
#define RETURN_SUCCESS_U32_U64 133u
