/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The one error enum of kernel, drivers and HILs, with Tock's numbers (TRD104).
 *
 * OK is no error; status words of upcalls use the same numbers. Not for structs that
 * cross the syscall boundary: the size of an enum differs between architectures.
 */
#pragma once

enum err {
    OK = 0,
    ERR_FAIL = 1,
    ERR_BUSY = 2,
    ERR_ALREADY = 3,
    ERR_OFF = 4,
    ERR_RESERVE = 5,
    ERR_INVAL = 6,
    ERR_SIZE = 7,
    ERR_CANCEL = 8,
    ERR_NOMEM = 9,
    ERR_NOSUPPORT = 10,
    ERR_NODEVICE = 11,
    ERR_UNINSTALLED = 12,
    ERR_NOACK = 13,
};

/** Drops a must-check result on purpose; the call site says why. */
static inline void err_ignore(enum err err)
{
    (void)err;
}
