/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* From a member to the object that holds it; const in, const out. */
#pragma once

#include <stddef.h>

#define container_of(pointer, type, member)                                            \
    ((const type *)(const void *)((const char *)(pointer)-offsetof(type, member)))
