/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Eight pins of the LM3S microcontrollers (data sheet, chapter "General-Purpose
 * Input/Outputs"): Arm's PL061 (DDI 0190) with the control of the pads.
 *
 * A pin that its client can only drive is an output from init on, at the level that means
 * off; one that its client may turn round begins as an input.
 *
 * Invariant: a pin's interrupt is unmasked exactly while its event is not NULL.
 */
#pragma once

#include "hil/gpio.h"

#define LM3S_GPIO_PINS 8u

struct lm3s_gpio_registers {
    uint32_t data[256]; /* the index says which bits an access reaches */
    uint32_t direction; /* 1: output */
    uint32_t by_level;  /* 0: edges interrupt */
    uint32_t both_edges;
    uint32_t rising; /* where not both edges do */
    uint32_t mask;   /* 1: the interrupt reaches the line */
    uint32_t raw;
    uint32_t masked;
    uint32_t clear;     /* write 1 */
    uint32_t alternate; /* 1: a peripheral has the pin */
    uint32_t unused_424[55];
    uint32_t drive[3];
    uint32_t open_drain;
    uint32_t pull_up; /* setting a bit clears it in the other */
    uint32_t pull_down;
    uint32_t slew;
    uint32_t digital; /* 1: the pad is connected */
};

struct lm3s_gpio_state {
    struct gpio_event *events[LM3S_GPIO_PINS]; /* NULL: not watched */
};

/* The bytes are masks, bit n for pin n. */
struct lm3s_gpio {
    struct lm3s_gpio_state *state;
    volatile struct lm3s_gpio_registers *registers;
    uint8_t used;
    uint8_t outputs;
    uint8_t configurable; /* of these, the client chooses at run time */
    uint8_t active_low;
    uint8_t pull_up;
    uint8_t pull_down;
};

extern const struct gpio_output_ops lm3s_gpio_output_ops;
extern const struct gpio_input_ops lm3s_gpio_input_ops;
extern const struct gpio_interrupt_ops lm3s_gpio_interrupt_ops;
extern const struct gpio_configure_ops lm3s_gpio_configure_ops;

gpio_pin_write_fn lm3s_gpio_pin_write;
gpio_pin_level_fn lm3s_gpio_pin_level;
gpio_pin_read_fn lm3s_gpio_pin_read;
gpio_pin_watch_fn lm3s_gpio_pin_watch;
gpio_pin_unwatch_fn lm3s_gpio_pin_unwatch;
gpio_pin_make_output_fn lm3s_gpio_pin_make_output;
gpio_pin_make_input_fn lm3s_gpio_pin_make_input;
gpio_pin_disable_fn lm3s_gpio_pin_disable;

enum err lm3s_gpio_init(const struct lm3s_gpio *self);
void lm3s_gpio_interrupt(const struct lm3s_gpio *self);
