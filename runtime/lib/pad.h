/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Which way a peripheral's signal goes over the pad that a chip gives it. */
#pragma once

enum pad_direction { PAD_IN, PAD_OUT, PAD_INOUT };
