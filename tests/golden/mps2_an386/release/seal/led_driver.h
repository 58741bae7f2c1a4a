/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Board mps2_an386: whom led_driver calls. Included in front of its sources; generated,
 * do not edit.
 */
#pragma once

/* led.light stays open: leds.leds reaches mps2_fpgaio; leds.leds reaches led_gpio */
