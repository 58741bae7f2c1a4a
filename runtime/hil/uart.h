/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * UART: buffers out, buffers in, settings, and a polled writer for reports.
 *
 * A descriptor is the provider's from OK to its completion; its out-fields are valid with
 * any completion. All but uart_polled complete from an interrupt or a deferred call, never
 * inside the call that started them.
 */
#pragma once

#include "hil/port.h"

/* -- transmit ---------------------------------------------------------------------- */

struct uart_transmission {
    const struct uart_transmit_client *client;
    uint8_t *data; /* lent; RAM */
    uint16_t len;  /* bytes; SIZE if 0 */
    uint16_t sent; /* out: bytes handed to the line */
};

/** Embedded in the requester's const object, written by the generator from handles. */
struct uart_transmit_client {
    void (*transmitted)(const struct uart_transmit_client *, struct uart_transmission *,
                        enum err);
};

HIL_PORT(uart_transmit);

typedef enum err uart_transmit_fn(const struct uart_transmit *,
                                  struct uart_transmission *);
typedef enum err uart_transmit_cancel_fn(const struct uart_transmit *,
                                         struct uart_transmission *, enum cancel *);

struct uart_transmit_ops {
    uart_transmit_fn *transmit;
    uart_transmit_cancel_fn *transmit_cancel;
};

#ifdef UART_TRANSMIT_SEALED
#define UART_TRANSMIT(port, operation) HIL_JOIN(UART_TRANSMIT_SEALED, operation)
uart_transmit_fn UART_TRANSMIT(, transmit);
uart_transmit_cancel_fn UART_TRANSMIT(, transmit_cancel);
#else
#define UART_TRANSMIT(port, operation) (port)->ops->operation
#endif

/** BUSY: this edge's earlier transmission is still to complete. SIZE: len is 0. INVAL: no
 * client. OFF, FAIL: the hardware refused. After an error nothing was lent. */
HIL_CALL enum err uart_transmit(const struct uart_transmit *port,
                                struct uart_transmission *op)
{
    return UART_TRANSMIT(port, transmit)(port, op);
}

/** OK: op still completes, with CANCEL if *outcome is CANCELLED. ALREADY: not lent here. */
HIL_CALL enum err uart_transmit_cancel(const struct uart_transmit *port,
                                       struct uart_transmission *op,
                                       enum cancel *outcome)
{
    return UART_TRANSMIT(port, transmit_cancel)(port, op, outcome);
}

/** Providers end op with this, last: they are idle before it, and it may start the next. */
HIL_CALL_INFALLIBLE void uart_transmitted(struct uart_transmission *op, enum err err)
{
    op->client->transmitted(op->client, op, err);
}

/* -- receive ----------------------------------------------------------------------- */

struct uart_reception {
    const struct uart_receive_client *client;
    uint8_t *data;     /* lent: room for len bytes */
    uint16_t len;      /* completes when full; SIZE if 0 */
    uint16_t received; /* out: bytes in data */
};

struct uart_receive_client {
    void (*received)(const struct uart_receive_client *, struct uart_reception *,
                     enum err);
};

HIL_PORT(uart_receive);

typedef enum err uart_receive_fn(const struct uart_receive *, struct uart_reception *);
typedef enum err uart_receive_cancel_fn(const struct uart_receive *,
                                        struct uart_reception *, enum cancel *);

struct uart_receive_ops {
    uart_receive_fn *receive;
    uart_receive_cancel_fn *receive_cancel;
};

#ifdef UART_RECEIVE_SEALED
#define UART_RECEIVE(port, operation) HIL_JOIN(UART_RECEIVE_SEALED, operation)
uart_receive_fn UART_RECEIVE(, receive);
uart_receive_cancel_fn UART_RECEIVE(, receive_cancel);
#else
#define UART_RECEIVE(port, operation) (port)->ops->operation
#endif

/** Bytes that arrived before the start may be given, those of an earlier owner never.
 * BUSY: this edge's earlier reception is still to complete. SIZE: len is 0. INVAL: no
 * client. */
HIL_CALL enum err uart_receive(const struct uart_receive *port,
                               struct uart_reception *op)
{
    return UART_RECEIVE(port, receive)(port, op);
}

/** As uart_transmit_cancel; received counts what had come by then. */
HIL_CALL enum err uart_receive_cancel(const struct uart_receive *port,
                                      struct uart_reception *op, enum cancel *outcome)
{
    return UART_RECEIVE(port, receive_cancel)(port, op, outcome);
}

/** Providers end op with this, last. */
HIL_CALL_INFALLIBLE void uart_received(struct uart_reception *op, enum err err)
{
    op->client->received(op->client, op, err);
}

/* -- configure: control, one holder ------------------------------------------------- */

struct uart_settings {
    uint32_t baud; /* bits per second */
};

HIL_PORT(uart_configure);

typedef enum err uart_configure_fn(const struct uart_configure *,
                                   const struct uart_settings *);

struct uart_configure_ops {
    uart_configure_fn *configure;
};

#ifdef UART_CONFIGURE_SEALED
#define UART_CONFIGURE(port, operation) HIL_JOIN(UART_CONFIGURE_SEALED, operation)
uart_configure_fn UART_CONFIGURE(, configure);
#else
#define UART_CONFIGURE(port, operation) (port)->ops->operation
#endif

/** BUSY: a byte is on the line. INVAL: the rate is out of the divisor's range. */
HIL_CALL enum err uart_configure(const struct uart_configure *port,
                                 const struct uart_settings *settings)
{
    return UART_CONFIGURE(port, configure)(port, settings);
}

/* -- polled: fault and load reports, beside whatever the interrupts are doing -------- */

HIL_PORT(uart_polled);

typedef void uart_write_polled_fn(const struct uart_polled *, const char *, uint32_t);

struct uart_polled_ops {
    uart_write_polled_fn *write_polled;
};

#ifdef UART_POLLED_SEALED
#define UART_POLLED(port, operation) HIL_JOIN(UART_POLLED_SEALED, operation)
uart_write_polled_fn UART_POLLED(, write_polled);
#else
#define UART_POLLED(port, operation) (port)->ops->operation
#endif

/** Returns when the last of len bytes of text is with the hardware. The only interface
 * that waits (TRD3 rule 10): it serves reports of faults, never normal work. */
HIL_CALL_INFALLIBLE void uart_write_polled(const struct uart_polled *port,
                                           const char *text, uint32_t len)
{
    UART_POLLED(port, write_polled)(port, text, len);
}
