/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The memory functions a freestanding compiler calls by itself (C11 7.24), and no others. */
#pragma once

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t len);
void *memmove(void *to, const void *from, size_t len);
void *memset(void *to, int value, size_t len);
int memcmp(const void *a, const void *b, size_t len);
