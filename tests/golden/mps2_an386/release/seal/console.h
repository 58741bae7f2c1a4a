/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Board mps2_an386: whom console calls. Included in front of its sources; generated, do
 * not edit.
 */
#pragma once

/* console.uart */
#define UART_RECEIVE_SEALED cmsdk_uart

/* console.uart */
#define UART_TRANSMIT_SEALED mux_uart
