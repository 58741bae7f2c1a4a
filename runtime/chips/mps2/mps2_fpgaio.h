/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* FPGA system registers of Arm's MPS2 boards (DAI 0385): LEDs and the cycle counter. */
#pragma once

#include "hil/led.h"
#include "hil/time.h"

struct mps2_fpgaio_registers {
    uint32_t led; /* bits 0 and 1 */
    uint32_t reserved_04;
    uint32_t button;
    uint32_t reserved_0c;
    uint32_t clk1hz;
    uint32_t clk100hz;
    uint32_t counter;
    uint32_t prescale;
    uint32_t pscntr;
};

struct mps2_fpgaio {
    volatile struct mps2_fpgaio_registers *registers;
};

extern const struct led_light_ops mps2_fpgaio_light_ops;
extern const struct time_counter_ops mps2_fpgaio_counter_ops;

led_light_set_fn mps2_fpgaio_light_set;
led_light_is_on_fn mps2_fpgaio_light_is_on;
time_counter_now_fn mps2_fpgaio_counter_now;
