/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Kernel policies: who runs next, for how long, what a fault costs, who may call which
 * driver, and who notices that the kernel itself is stuck.
 *
 * The kernel requires these like any client requires a HIL, so a board chooses a
 * component, not a build option. Called from the kernel loop only, the filter from system
 * calls.
 */
#pragma once

#include "hil/port.h"

/* -- scheduler ---------------------------------------------------------------------- */

HIL_PORT(policy_scheduler);

typedef uint8_t policy_scheduler_next_fn(const struct policy_scheduler *, uint32_t,
                                         bool);

struct policy_scheduler_ops {
    policy_scheduler_next_fn *scheduler_next;
};

#ifdef POLICY_SCHEDULER_SEALED
#define POLICY_SCHEDULER(port, operation) HIL_JOIN(POLICY_SCHEDULER_SEALED, operation)
policy_scheduler_next_fn POLICY_SCHEDULER(, scheduler_next);
#else
#define POLICY_SCHEDULER(port, operation) (port)->ops->operation
#endif

/** The slot to run next. ready: bit n = slot n can run, never 0. expired: whoever was
 * chosen last used up its slice. The answer is one of the ready slots. */
HIL_CALL_INFALLIBLE uint8_t policy_scheduler_next(const struct policy_scheduler *port,
                                                  uint32_t ready, bool expired)
{
    return POLICY_SCHEDULER(port, scheduler_next)(port, ready, expired);
}

/* -- slice: the scheduler's timer --------------------------------------------------- */

HIL_PORT(policy_slice);

typedef void policy_slice_start_fn(const struct policy_slice *, uint32_t);
typedef void policy_slice_stop_fn(const struct policy_slice *);
typedef bool policy_slice_expired_fn(const struct policy_slice *);

struct policy_slice_ops {
    policy_slice_start_fn *slice_start;
    policy_slice_stop_fn *slice_stop;
    policy_slice_expired_fn *slice_expired;
};

#ifdef POLICY_SLICE_SEALED
#define POLICY_SLICE(port, operation) HIL_JOIN(POLICY_SLICE_SEALED, operation)
policy_slice_start_fn POLICY_SLICE(, slice_start);
policy_slice_stop_fn POLICY_SLICE(, slice_stop);
policy_slice_expired_fn POLICY_SLICE(, slice_expired);
#else
#define POLICY_SLICE(port, operation) (port)->ops->operation
#endif

/** A new slice of ticks (at least 1) of the provider's frequency begins now. At its end
 * the kernel loop is requested. */
HIL_CALL_INFALLIBLE void policy_slice_start(const struct policy_slice *port,
                                            uint32_t ticks)
{
    POLICY_SLICE(port, slice_start)(port, ticks);
}

/** No slice runs and none has expired. */
HIL_CALL_INFALLIBLE void policy_slice_stop(const struct policy_slice *port)
{
    POLICY_SLICE(port, slice_stop)(port);
}

/** Whether the slice begun last has ended; stays true until start or stop. */
HIL_CALL_INFALLIBLE bool policy_slice_expired(const struct policy_slice *port)
{
    return POLICY_SLICE(port, slice_expired)(port);
}

/* -- fault -------------------------------------------------------------------------- */

enum policy_fault_action { FAULT_STOP, FAULT_RESTART, FAULT_PANIC };

HIL_PORT(policy_fault);

typedef enum policy_fault_action policy_fault_decide_fn(const struct policy_fault *,
                                                        uint32_t);

struct policy_fault_ops {
    policy_fault_decide_fn *fault_decide;
};

#ifdef POLICY_FAULT_SEALED
#define POLICY_FAULT(port, operation) HIL_JOIN(POLICY_FAULT_SEALED, operation)
policy_fault_decide_fn POLICY_FAULT(, fault_decide);
#else
#define POLICY_FAULT(port, operation) (port)->ops->operation
#endif

/** What to do with a process that faulted and was restarted so many times before. */
HIL_CALL_INFALLIBLE enum policy_fault_action
policy_fault_decide(const struct policy_fault *port, uint32_t restarts)
{
    return POLICY_FAULT(port, fault_decide)(port, restarts);
}

/* -- filter: which system calls reach a driver --------------------------------------- */

struct syscall_driver;
struct tbf_tlv;

/** Who calls, as the kernel found out when it loaded the process. */
struct policy_subject {
    uint32_t application; /* bit n: application n of the board; 0: none of them */
    const struct tbf_tlv *permissions; /* in its header; NULL: it states none */
};

HIL_PORT(policy_filter);

typedef bool policy_filter_open_fn(const struct policy_filter *,
                                   const struct policy_subject *,
                                   const struct syscall_driver *);
typedef bool policy_filter_driver_fn(const struct policy_filter *,
                                     const struct policy_subject *,
                                     const struct syscall_driver *);
typedef bool policy_filter_command_fn(const struct policy_filter *,
                                      const struct policy_subject *,
                                      const struct syscall_driver *, uint32_t);

struct policy_filter_ops {
    policy_filter_open_fn *filter_open;
    policy_filter_driver_fn *filter_driver;
    policy_filter_command_fn *filter_command;
};

#ifdef POLICY_FILTER_SEALED
#define POLICY_FILTER(port, operation) HIL_JOIN(POLICY_FILTER_SEALED, operation)
policy_filter_open_fn POLICY_FILTER(, filter_open);
policy_filter_driver_fn POLICY_FILTER(, filter_driver);
policy_filter_command_fn POLICY_FILTER(, filter_command);
#else
#define POLICY_FILTER(port, operation) (port)->ops->operation
#endif

/** Whether the two below would always say yes to the subject about the driver. Asked when
 * the process is loaded, so that they need not be asked at each call. */
HIL_CALL_INFALLIBLE bool policy_filter_open(const struct policy_filter *port,
                                            const struct policy_subject *subject,
                                            const struct syscall_driver *driver)
{
    return POLICY_FILTER(port, filter_open)(port, subject, driver);
}

/** Whether the subject may subscribe and allow to the driver. Refused, the driver is for
 * it one that the board has not: NODEVICE, in the failure variant of the call's class.
 * Yield, memop and exit are never asked about. */
HIL_CALL_INFALLIBLE bool policy_filter_driver(const struct policy_filter *port,
                                              const struct policy_subject *subject,
                                              const struct syscall_driver *driver)
{
    return POLICY_FILTER(port, filter_driver)(port, subject, driver);
}

/** Whether the subject may give the driver that command; 0, does it exist, is one. */
HIL_CALL_INFALLIBLE bool policy_filter_command(const struct policy_filter *port,
                                               const struct policy_subject *subject,
                                               const struct syscall_driver *driver,
                                               uint32_t command)
{
    return POLICY_FILTER(port, filter_command)(port, subject, driver, command);
}

/* -- watchdog: resets the system that does not say that it lives ---------------------- */

HIL_PORT(policy_watchdog);

typedef void policy_watchdog_tickle_fn(const struct policy_watchdog *);
typedef void policy_watchdog_suspend_fn(const struct policy_watchdog *);
typedef void policy_watchdog_resume_fn(const struct policy_watchdog *);
typedef bool policy_watchdog_barked_fn(const struct policy_watchdog *);

struct policy_watchdog_ops {
    policy_watchdog_tickle_fn *watchdog_tickle;
    policy_watchdog_suspend_fn *watchdog_suspend;
    policy_watchdog_resume_fn *watchdog_resume;
    policy_watchdog_barked_fn *watchdog_barked;
};

#ifdef POLICY_WATCHDOG_SEALED
#define POLICY_WATCHDOG(port, operation) HIL_JOIN(POLICY_WATCHDOG_SEALED, operation)
policy_watchdog_tickle_fn POLICY_WATCHDOG(, watchdog_tickle);
policy_watchdog_suspend_fn POLICY_WATCHDOG(, watchdog_suspend);
policy_watchdog_resume_fn POLICY_WATCHDOG(, watchdog_resume);
policy_watchdog_barked_fn POLICY_WATCHDOG(, watchdog_barked);
#else
#define POLICY_WATCHDOG(port, operation) (port)->ops->operation
#endif

/** The kernel loop lives: the provider's time begins anew. It runs from its init on, so it
 * watches the boot as well. */
HIL_CALL_INFALLIBLE void policy_watchdog_tickle(const struct policy_watchdog *port)
{
    POLICY_WATCHDOG(port, watchdog_tickle)(port);
}

/** Before the kernel sleeps, with interrupts masked. A provider that cannot stop wakes it
 * in time instead, by an interrupt of its own. */
HIL_CALL_INFALLIBLE void policy_watchdog_suspend(const struct policy_watchdog *port)
{
    POLICY_WATCHDOG(port, watchdog_suspend)(port);
}

/** After sleep, as a tickle. */
HIL_CALL_INFALLIBLE void policy_watchdog_resume(const struct policy_watchdog *port)
{
    POLICY_WATCHDOG(port, watchdog_resume)(port);
}

/** Whether the system was reset by it, as far as the hardware remembers. */
HIL_CALL_INFALLIBLE bool policy_watchdog_barked(const struct policy_watchdog *port)
{
    return POLICY_WATCHDOG(port, watchdog_barked)(port);
}
