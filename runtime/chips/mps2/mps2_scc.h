/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Serial configuration control of Arm's MPS2 boards (DAI 0385): eight outputs in CFG1. */
#pragma once

#include "hil/gpio.h"

struct mps2_scc_registers {
    uint32_t cfg0;
    uint32_t cfg1; /* bit n: output n */
};

struct mps2_scc {
    volatile struct mps2_scc_registers *registers;
};

extern const struct gpio_output_ops mps2_scc_output_ops;

gpio_pin_write_fn mps2_scc_pin_write;
gpio_pin_level_fn mps2_scc_pin_level;
