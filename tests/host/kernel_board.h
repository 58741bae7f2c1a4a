/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A board for tests: memory of processes at fixed addresses below 4 GiB, drivers and
 * policies that do what the test says and write down what happened.
 */
#pragma once

#include "arch/arch.h"
#include "kernel/deferred.h"
#include "kernel/filter_allow_list.h"
#include "kernel/internal/grant_table.h"
#include "kernel/internal/report.h"
#include "kernel/internal/tbf.h"
#include "kernel/internal/upcall_queue.h"
#include "kernel/kernel.h"
#include "kernel/process_buffer.h"
#include "kernel/process_control.h"
#include "kernel/round_robin.h"

#define KERNEL_BOARD_SLOTS 4u
#define KERNEL_BOARD_DRIVERS 8u /* five, and three holes */
#define KERNEL_BOARD_LINES 256u
#define KERNEL_BOARD_DEFERRED 96u
#define KERNEL_BOARD_EVENTS 4096u

/* The applications' flash and RAM; a margin on both sides must not be touched. */
#define KERNEL_BOARD_FLASH 0x10000000u
#define KERNEL_BOARD_RAM 0x20000000u
#define KERNEL_BOARD_SIZE 0x40000u
#define KERNEL_BOARD_MARGIN 0x10000u

enum kernel_board_kind {
    EVENT_INTERRUPT, /* line */
    EVENT_DEFERRED,  /* index */
    EVENT_EXITED,    /* driver's index, slot, generation */
    EVENT_COMMAND,   /* driver's index, number, arguments */
    EVENT_FAULT,     /* restarts so far */
    EVENT_SLICE,     /* ticks: started; 0: stopped */
    EVENT_APP_FAULT, /* application, restarts so far */
};

struct kernel_board_event {
    uint32_t kind;
    uint32_t value[4];
};

struct kernel_board {
    struct kernel_board_event events[KERNEL_BOARD_EVENTS];
    uint32_t event_count; /* may be more than are kept */
    char report[65536];
    uint32_t report_len;
    struct command_result result;               /* of every command */
    enum policy_fault_action fault;             /* what a fault costs */
    uint32_t rearm[KERNEL_BOARD_DEFERRED / 32]; /* calls that set themselves again */
    uint32_t storm[KERNEL_BOARD_LINES / 32]; /* lines that bottom halves raise again */
    bool expired;                            /* the slice */
    uint32_t raise_at; /* at this step raise_line comes; 0: never */
    uint32_t raise_line;
    uint32_t slice_ends_at; /* at this step, or once interrupts are on; 0: never */
    uint32_t steps;
    uint32_t app_ram[KERNEL_BOARD_SLOTS];
    enum policy_fault_action app_fault[KERNEL_BOARD_SLOTS];
    uint32_t allow[64]; /* by index of driver: its applications */
    /* What each call of these does besides writing it down; NULL: nothing. */
    void (*on_event)(uint32_t kind, uint32_t value);
};

extern struct kernel_board kernel_board;
extern uint8_t board_driver_slots;
extern struct syscall_driver board_drivers[KERNEL_BOARD_DRIVERS];

/** Everything as after reset: no process, flash erased, RAM full of old bytes. */
void kernel_board_reset(void);

/** The board has an application of this name, which must stay where it is. */
void kernel_board_know(const char *name, uint16_t name_len);

/** Applications have settings of their own: app_ram and app_fault. */
void kernel_board_settings(void);

/** A filter that asks kernel_board.allow is in use. */
void kernel_board_filter(void);

/** Boots what is in flash. */
void kernel_board_load(void);

#define KERNEL_BOARD_ASLEEP (-1)
#define KERNEL_BOARD_HALTED (-2)

/** Runs the loop as PendSV does: the slot it dispatched, or what it ended in. */
int kernel_board_loop(void);

/** The kernel itself faults: what that ends in. */
int kernel_board_panic(const struct arch_fault *fault);

/** The process in the registers executes the svc in front of the PC in its frame. True: it
 * goes on. Then PendSV may still be due: arch_host.loop_requested. */
bool kernel_board_svc(uint32_t stack_pointer);

/** The process in the registers does something the machine does not allow. */
void kernel_board_fault(enum arch_fault_kind kind);

/** Bytes of process memory as C sees them. */
uint8_t *kernel_board_at(uint32_t address);

/** Slot of the process in the registers, or -1. */
int kernel_board_current(void);
