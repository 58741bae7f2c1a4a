/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The four memory functions a compiler may call; there is no other C library. */
#include "memory.h"

#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t len)
{
    uint8_t *out = to;
    const uint8_t *in = from;

    for (size_t i = 0; i < len; i++) {
        out[i] = in[i];
    }
    return to;
}

void *memmove(void *to, const void *from, size_t len)
{
    uint8_t *out = to;
    const uint8_t *in = from;

    if ((uintptr_t)out <= (uintptr_t)in) {
        for (size_t i = 0; i < len; i++) {
            out[i] = in[i];
        }
        return to;
    }
    while (len > 0) {
        len--;
        out[len] = in[len];
    }
    return to;
}

void *memset(void *to, int value, size_t len)
{
    uint8_t *out = to;

    for (size_t i = 0; i < len; i++) {
        out[i] = (uint8_t)value;
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t len)
{
    const uint8_t *left = a;
    const uint8_t *right = b;

    for (size_t i = 0; i < len; i++) {
        if (left[i] != right[i]) {
            return left[i] < right[i] ? -1 : 1;
        }
    }
    return 0;
}
