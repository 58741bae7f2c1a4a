/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Board mps2_an386: whom led_gpio calls. Included in front of its sources; generated,
 * do not edit.
 */
#pragma once

/* leds_leds_2.pin */
#define GPIO_OUTPUT_SEALED mps2_scc
