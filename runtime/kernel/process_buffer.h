/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The only way from a capsule to memory that a process has allowed.
 *
 * A process may swap, shrink or withdraw a buffer between any two calls and may allow the
 * same bytes twice, so lengths are looked up at each call and nothing is ever assumed to
 * stay. Addresses never leave the kernel.
 */
#pragma once

#include "kernel/driver.h"

/** Bytes in the read-only buffer now; 0 if there is none. */
uint32_t process_buffer_ro_len(struct process *process,
                               const struct syscall_driver *driver, uint8_t number);

/** Bytes in the read-write buffer now; 0 if there is none. */
uint32_t process_buffer_rw_len(struct process *process,
                               const struct syscall_driver *driver, uint8_t number);

/** Copies up to len bytes, starting at offset from, out of a read-only buffer. Returns
 * how many were there. */
uint32_t process_buffer_read(struct process *process,
                             const struct syscall_driver *driver, uint8_t number,
                             uint32_t from, uint8_t *to, uint32_t len);

/** The same out of a read-write buffer. */
uint32_t process_buffer_rw_read(struct process *process,
                                const struct syscall_driver *driver, uint8_t number,
                                uint32_t from, uint8_t *to, uint32_t len);

/** Copies up to len bytes into a read-write buffer at offset to. Returns how many fitted. */
uint32_t process_buffer_write(struct process *process,
                              const struct syscall_driver *driver, uint8_t number,
                              uint32_t to, const uint8_t *from, uint32_t len);
