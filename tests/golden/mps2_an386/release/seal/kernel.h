/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Board mps2_an386: whom kernel calls. Included in front of its sources; generated, do
 * not edit.
 */
#pragma once

/* kernel.on_fault */
#define POLICY_FAULT_SEALED fault_restart

/* kernel.scheduler */
#define POLICY_SCHEDULER_SEALED round_robin

/* kernel.slice */
#define POLICY_SLICE_SEALED systick

/* kernel.report */
#define UART_POLLED_SEALED cmsdk_uart
