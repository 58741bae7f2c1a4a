/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The four memory functions a compiler may call, as in <string.h>. */
#pragma once

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t len);
void *memmove(void *to, const void *from, size_t len);
void *memset(void *to, int value, size_t len);
int memcmp(const void *a, const void *b, size_t len);
