# SPDX-License-Identifier: MIT OR Apache-2.0
"""Literal pools of Thumb code: the words that instructions load relative to their address.

A pool stands behind a function and so behind its last line, whatever file that line is
of; the load tells whose word it is. String literals have no symbol either: the first
word that holds their address tells whose they are.
"""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WORD = 4


def loads(code: bytes, at: int, marks: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    """(address of the load, address of the word) for each load of a literal.

    `marks` are the mapping symbols `$t` and `$d` by address: what is code, what is data.
    """
    edges = [*sorted(marks), at + len(code)]
    for start, end in pairwise(edges):
        if marks[start] != "$t":
            continue
        pc = start
        while pc + 2 <= end:
            half = _half(code, pc - at)
            wide = half >> 11 >= 0b11101
            if half >> 11 == 0b01001:  # LDR Rt, [PC, #imm8 * 4]
                yield pc, _base(pc) + (half & 0xFF) * WORD
            elif half & 0xFF7F == 0xF85F and pc + 4 <= end:  # LDR.W Rt, [PC, #+-imm12]
                offset = _half(code, pc - at + 2) & 0xFFF
                yield pc, _base(pc) + (offset if half & 0x80 else -offset)
            pc += 4 if wide else 2


def words(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    """(address, value) of each aligned word."""
    skip = -at % WORD
    for offset in range(skip, len(data) - WORD + 1, WORD):
        yield at + offset, struct.unpack_from("<I", data, offset)[0]


def string_size(data: bytes, offset: int) -> int:
    """Bytes of the string at `offset`, with its zero; 0 if there is none."""
    end = data.find(b"\0", offset) if 0 <= offset < len(data) else -1
    return end + 1 - offset if end >= 0 else 0


def _half(code: bytes, offset: int) -> int:
    value: int = struct.unpack_from("<H", code, offset)[0]
    return value


def _base(pc: int) -> int:
    return (pc + 4) & ~3
