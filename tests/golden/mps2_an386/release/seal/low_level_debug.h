/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Board mps2_an386: whom low_level_debug calls. Included in front of its sources;
 * generated, do not edit.
 */
#pragma once

/* debug.uart */
#define UART_TRANSMIT_SEALED mux_uart
