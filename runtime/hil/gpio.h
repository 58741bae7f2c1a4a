/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * GPIO: one pin; the index of the port is the pin.
 *
 * What a pin is for is known at generation: it starts as an output where its client can
 * only drive it, else as an input with the resistor that the edge asks for. Nothing here
 * waits, and but for a resistor that is not there nothing can fail.
 */
#pragma once

#include "hil/port.h"

/* -- output ------------------------------------------------------------------------- */

HIL_PORT(gpio_output);

typedef void gpio_pin_write_fn(const struct gpio_output *, bool);
typedef bool gpio_pin_level_fn(const struct gpio_output *);

struct gpio_output_ops {
    gpio_pin_write_fn *pin_write;
    gpio_pin_level_fn *pin_level;
};

#ifdef GPIO_OUTPUT_SEALED
#define GPIO_OUTPUT(port, operation) HIL_JOIN(GPIO_OUTPUT_SEALED, operation)
gpio_pin_write_fn GPIO_OUTPUT(, pin_write);
gpio_pin_level_fn GPIO_OUTPUT(, pin_level);
#else
#define GPIO_OUTPUT(port, operation) (port)->ops->operation
#endif

/** Drives the pin high or low. */
HIL_CALL_INFALLIBLE void gpio_pin_write(const struct gpio_output *port, bool high)
{
    GPIO_OUTPUT(port, pin_write)(port, high);
}

/** The level the pin is driven to. */
HIL_CALL_INFALLIBLE bool gpio_pin_level(const struct gpio_output *port)
{
    return GPIO_OUTPUT(port, pin_level)(port);
}

/* -- input -------------------------------------------------------------------------- */

HIL_PORT(gpio_input);

typedef bool gpio_pin_read_fn(const struct gpio_input *);

struct gpio_input_ops {
    gpio_pin_read_fn *pin_read;
};

#ifdef GPIO_INPUT_SEALED
#define GPIO_INPUT(port, operation) HIL_JOIN(GPIO_INPUT_SEALED, operation)
gpio_pin_read_fn GPIO_INPUT(, pin_read);
#else
#define GPIO_INPUT(port, operation) (port)->ops->operation
#endif

/** Whether the pin is high now. */
HIL_CALL_INFALLIBLE bool gpio_pin_read(const struct gpio_input *port)
{
    return GPIO_INPUT(port, pin_read)(port);
}

/* -- interrupt ---------------------------------------------------------------------- */

enum gpio_edge { GPIO_EDGE_BOTH, GPIO_EDGE_RISING, GPIO_EDGE_FALLING };

/** Armed by pin_watch, stays armed: an event for the edges since the one before, of which
 * those that come close together are one. level is how the pin was after the last of
 * them. The owner may change edge only while it is not armed. */
struct gpio_event {
    const struct gpio_interrupt_client *client;
    uint8_t edge; /* enum gpio_edge: which edges count */
    bool level;   /* out: high */
};

struct gpio_interrupt_client {
    void (*pin_changed)(const struct gpio_interrupt_client *, struct gpio_event *);
};

HIL_PORT(gpio_interrupt);

typedef void gpio_pin_watch_fn(const struct gpio_interrupt *, struct gpio_event *);
typedef void gpio_pin_unwatch_fn(const struct gpio_interrupt *);

struct gpio_interrupt_ops {
    gpio_pin_watch_fn *pin_watch;
    gpio_pin_unwatch_fn *pin_unwatch;
};

#ifdef GPIO_INTERRUPT_SEALED
#define GPIO_INTERRUPT(port, operation) HIL_JOIN(GPIO_INTERRUPT_SEALED, operation)
gpio_pin_watch_fn GPIO_INTERRUPT(, pin_watch);
gpio_pin_unwatch_fn GPIO_INTERRUPT(, pin_unwatch);
#else
#define GPIO_INTERRUPT(port, operation) (port)->ops->operation
#endif

/** Arms this pin's event for edges from now on; an armed one is replaced. */
HIL_CALL_INFALLIBLE void gpio_pin_watch(const struct gpio_interrupt *port,
                                        struct gpio_event *event)
{
    GPIO_INTERRUPT(port, pin_watch)(port, event);
}

/** After it returns no event comes. Harmless when nothing is armed. */
HIL_CALL_INFALLIBLE void gpio_pin_unwatch(const struct gpio_interrupt *port)
{
    GPIO_INTERRUPT(port, pin_unwatch)(port);
}

/** Providers announce edges with this. */
HIL_CALL_INFALLIBLE void gpio_pin_changed(struct gpio_event *event)
{
    event->client->pin_changed(event->client, event);
}

/* -- configure (control) ------------------------------------------------------------ */

enum gpio_pull { GPIO_PULL_NONE, GPIO_PULL_UP, GPIO_PULL_DOWN };

HIL_PORT(gpio_configure);

typedef void gpio_pin_make_output_fn(const struct gpio_configure *);
typedef enum err gpio_pin_make_input_fn(const struct gpio_configure *, enum gpio_pull);
typedef void gpio_pin_disable_fn(const struct gpio_configure *);

struct gpio_configure_ops {
    gpio_pin_make_output_fn *pin_make_output;
    gpio_pin_make_input_fn *pin_make_input;
    gpio_pin_disable_fn *pin_disable;
};

#ifdef GPIO_CONFIGURE_SEALED
#define GPIO_CONFIGURE(port, operation) HIL_JOIN(GPIO_CONFIGURE_SEALED, operation)
gpio_pin_make_output_fn GPIO_CONFIGURE(, pin_make_output);
gpio_pin_make_input_fn GPIO_CONFIGURE(, pin_make_input);
gpio_pin_disable_fn GPIO_CONFIGURE(, pin_disable);
#else
#define GPIO_CONFIGURE(port, operation) (port)->ops->operation
#endif

/** The pin is driven, to the level last written. */
HIL_CALL_INFALLIBLE void gpio_pin_make_output(const struct gpio_configure *port)
{
    GPIO_CONFIGURE(port, pin_make_output)(port);
}

/** The pin is not driven. ERR_NOSUPPORT: no such resistor, and nothing has changed. */
HIL_CALL enum err gpio_pin_make_input(const struct gpio_configure *port,
                                      enum gpio_pull pull)
{
    return GPIO_CONFIGURE(port, pin_make_input)(port, pull);
}

/** The pin is neither driven nor read nor pulled; a watch stays armed and sees nothing. */
HIL_CALL_INFALLIBLE void gpio_pin_disable(const struct gpio_configure *port)
{
    GPIO_CONFIGURE(port, pin_disable)(port);
}
