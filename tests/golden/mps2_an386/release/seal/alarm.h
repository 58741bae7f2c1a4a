/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Board mps2_an386: whom alarm calls. Included in front of its sources; generated, do
 * not edit.
 */
#pragma once

/* alarm.timer */
#define TIME_ALARM_SEALED cmsdk_timer

/* alarm.timer */
#define TIME_COUNTER_SEALED mps2_fpgaio
