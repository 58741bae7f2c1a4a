/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Contexts of processes: their first frame, upcall frames, results, and the syscall entry.
 *
 * A frame is in process memory and its stack pointer is the process's choice: the 32 bytes
 * are checked to be its own at entry, and again whenever the kernel writes there later.
 */
#include "arch/arch.h"

#include "lib/memory.h"

_Static_assert(offsetof(struct arch_process, stack_pointer) == 16, "arch_entry.S");
_Static_assert(offsetof(struct arch_process, registers) == 20, "arch_entry.S");

#define FRAME_BYTES 32u
#define PSR_THUMB (UINT32_C(1) << 24)
#define PSR_STACK_ALIGNED (UINT32_C(1) << 9)

enum frame_word { FRAME_R0, FRAME_R12 = 4, FRAME_LR, FRAME_PC, FRAME_PSR };

struct arch_process *arch_current;

/** Whether a frame there is the process's own memory, so that frame_at may be touched. */
static inline __attribute__((always_inline)) bool
frame_is_own(const struct arch_process *process, uint32_t stack_pointer)
{
    const struct arch_limits *limits = &process->limits;

    /* app_brk is never less than a frame above ram_start; PSP is a multiple of four. */
    return stack_pointer >= limits->ram_start &&
           stack_pointer <= limits->app_brk - FRAME_BYTES;
}

static inline uint32_t *frame_at(uint32_t stack_pointer)
{
    return (uint32_t *)(uintptr_t)stack_pointer;
}

void arch_context_init(struct arch_process *process, uint32_t entry,
                       const uint32_t args[4])
{
    uint32_t *frame = (uint32_t *)(uintptr_t)process->limits.ram_start;

    process->stack_pointer = process->limits.ram_start;
    for (uint32_t i = 0; i < sizeof(process->registers) / sizeof(uint32_t); i++) {
        process->registers[i] = 0;
    }
    frame[FRAME_R0] = args[0];
    frame[FRAME_R0 + 1] = args[1];
    frame[FRAME_R0 + 2] = args[2];
    frame[FRAME_R0 + 3] = args[3];
    frame[FRAME_R12] = 0;
    frame[FRAME_LR] = 1; /* nowhere to return to */
    frame[FRAME_PC] = entry & ~UINT32_C(1);
    frame[FRAME_PSR] = PSR_THUMB;
}

inline __attribute__((always_inline)) bool arch_context_call(
    struct arch_process *process, uint32_t function, const uint32_t args[4])
{
    uint32_t *frame = frame_at(process->stack_pointer);

    if (!frame_is_own(process, process->stack_pointer)) {
        return false;
    }
    frame[FRAME_R0] = args[0];
    frame[FRAME_R0 + 1] = args[1];
    frame[FRAME_R0 + 2] = args[2];
    frame[FRAME_R0 + 3] = args[3];
    frame[FRAME_LR] = frame[FRAME_PC] | 1u;
    frame[FRAME_PC] = function & ~UINT32_C(1);
    frame[FRAME_PSR] = (frame[FRAME_PSR] & PSR_STACK_ALIGNED) | PSR_THUMB;
    return true;
}

inline __attribute__((always_inline)) bool
arch_context_results(struct arch_process *process, const uint32_t values[3])
{
    uint32_t *frame = frame_at(process->stack_pointer);

    if (!frame_is_own(process, process->stack_pointer)) {
        return false;
    }
    frame[FRAME_R0] = values[0];
    frame[FRAME_R0 + 1] = values[1];
    frame[FRAME_R0 + 2] = values[2];
    return true;
}

struct arch_fault arch_context_fault(const struct arch_process *process,
                                     enum arch_fault_kind kind)
{
    struct arch_fault fault = {
        .kind = (uint8_t)kind,
        .stack_pointer = process->stack_pointer,
        .frame_valid = frame_is_own(process, process->stack_pointer),
    };

    if (fault.frame_valid) {
        memcpy(fault.frame, frame_at(process->stack_pointer), FRAME_BYTES);
    }
    return fault;
}

/** From arch_entry.S: the running process executed svc. True: it goes on at once. */
bool arch_syscall(uint32_t stack_pointer);

__attribute__((used)) bool arch_syscall(uint32_t stack_pointer)
{
    struct arch_process *process = arch_current;
    const struct arch_limits *limits = &process->limits;
    uint32_t *frame = frame_at(stack_pointer);

    process->stack_pointer = stack_pointer;
    if (!frame_is_own(process, stack_pointer)) {
        return loop_fault_svc(process, ARCH_FAULT_STACK);
    }
    /* The class is in the svc instruction; only flash of its own is read for it. */
    uint32_t instruction = frame[FRAME_PC] - 2u;

    if (instruction - limits->flash_start >= limits->flash_end - limits->flash_start) {
        return loop_fault_svc(process, ARCH_FAULT_EXECUTE);
    }
    uint8_t class = *(const uint8_t *)(uintptr_t)instruction;

    return syscall_serve(process, class, &frame[FRAME_R0]);
}
