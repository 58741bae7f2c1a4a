/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What every hardware interface layer is made of.
 *
 * A port is the requirer's const view of one interface of one provider: which operations
 * (absent in a sealed build), whose they are, and which of the provider's clients or
 * elements this is. Ports are members by value of the requirer's const struct, written by
 * the generator only.
 */
#pragma once

#include "abi/err.h"
#include <stdbool.h>
#include <stdint.h>

#define HIL_PORT(interface)                                                            \
    struct interface {                                                                 \
        const struct interface##_ops *ops; /* NULL: caller is sealed */                \
        const void *owner;                                                             \
        uint8_t index; /* client edge of a virtualizer, or element of an array */      \
    }

/* Pastes a_b after expanding both; HIL_JOIN(mux_uart, transmit) is mux_uart_transmit. */
#define HIL_JOIN_EXPANDED(a, b) a##_##b
#define HIL_JOIN(a, b) HIL_JOIN_EXPANDED(a, b)

/** In front of an operation that returns enum err: inlined always, result must be used. */
#define HIL_CALL                                                                       \
    static inline __attribute__((always_inline)) __attribute__((warn_unused_result))

/** In front of an operation that cannot fail. */
#define HIL_CALL_INFALLIBLE static inline __attribute__((always_inline))

/** What a cancel that returned OK did: the completion comes with CANCEL, or with the
 * operation's own result because it was too late. */
enum cancel { CANCELLED, TOO_LATE };
