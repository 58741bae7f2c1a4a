/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The clocks of a board for tests: they show that they were set up by an LED each. */
#pragma once

#include "abi/err.h"
#include <stdint.h>

enum err tuned_clock_set(uint32_t hz);
enum err tuned_clock_divide(uint32_t hz);
