/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Copying and filling: whole words where both ends allow it, bytes elsewhere.
 *
 * used: with link-time optimisation the compiler may invent calls after it has thrown
 * an unreferenced function away.
 */
#include "lib/memory.h"

#include <stdint.h>

#define MEMORY_FUNCTION                                                                \
    __attribute__((used, optimize("no-tree-loop-distribute-patterns")))

static int aligned(const void *a, const void *b)
{
    return (((uintptr_t)a | (uintptr_t)b) & (sizeof(uint32_t) - 1)) == 0;
}

MEMORY_FUNCTION void *memcpy(void *restrict to, const void *restrict from, size_t len)
{
    uint8_t *out = to;
    const uint8_t *in = from;

    if (aligned(out, in)) {
        while (len >= sizeof(uint32_t)) {
            *(uint32_t *)(void *)out = *(const uint32_t *)(const void *)in;
            out += sizeof(uint32_t);
            in += sizeof(uint32_t);
            len -= sizeof(uint32_t);
        }
    }
    while (len-- > 0) {
        *out++ = *in++;
    }
    return to;
}

MEMORY_FUNCTION void *memmove(void *to, const void *from, size_t len)
{
    uint8_t *out = to;
    const uint8_t *in = from;

    if (out <= in) {
        for (size_t i = 0; i < len; i++) {
            out[i] = in[i];
        }
    } else {
        while (len-- > 0) {
            out[len] = in[len];
        }
    }
    return to;
}

MEMORY_FUNCTION void *memset(void *to, int value, size_t len)
{
    uint8_t *out = to;
    const uint8_t *end = out + len;

    if (aligned(out, out)) {
        uint32_t word = (uint8_t)value * UINT32_C(0x01010101);
        uint32_t *words = to;
        const uint32_t *eights_end = words + len / sizeof(word) / 8 * 8;
        const uint32_t *words_end = words + len / sizeof(word);

        while (words != eights_end) {
            words[0] = word;
            words[1] = word;
            words[2] = word;
            words[3] = word;
            words[4] = word;
            words[5] = word;
            words[6] = word;
            words[7] = word;
            words += 8;
        }
        while (words != words_end) {
            *words++ = word;
        }
        out = (uint8_t *)words;
    }
    while (out != end) {
        *out++ = (uint8_t)value;
    }
    return to;
}

MEMORY_FUNCTION int memcmp(const void *a, const void *b, size_t len)
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
