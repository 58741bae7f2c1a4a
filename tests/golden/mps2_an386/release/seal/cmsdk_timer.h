/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Board mps2_an386: whom cmsdk_timer calls. Included in front of its sources;
 * generated, do not edit.
 */
#pragma once

/* timer0.counter */
#define TIME_COUNTER_SEALED mps2_fpgaio
