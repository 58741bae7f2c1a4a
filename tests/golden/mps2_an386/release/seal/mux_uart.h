/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Board mps2_an386: whom mux_uart calls. Included in front of its sources; generated,
 * do not edit.
 */
#pragma once

/* uart_mux.uart */
#define UART_TRANSMIT_SEALED cmsdk_uart
