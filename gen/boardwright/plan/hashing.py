# SPDX-License-Identifier: MIT OR Apache-2.0
"""A perfect hash from driver numbers to table slots, found by trying multipliers.

Multiplicative hashing: the top bits of `number * multiplier mod 2^32`. The candidates are
a fixed sequence, so equal numbers give the equal table on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

HOLE = 0xFFFFFFFF
"""The number that an empty slot holds."""

_STEP = 0x9E3779B1  # odd, near 2^32 over the golden ratio: spreads the candidates evenly
_ATTEMPTS = 1 << 16


@dataclass(frozen=True, slots=True)
class PerfectHash:
    """`slot` gives every number its own slot of `size`, a power of two."""

    size: int
    multiplier: int
    shift: int

    def slot(self, number: int) -> int:
        """The slot of a 32-bit number."""
        return ((number * self.multiplier) & 0xFFFFFFFF) >> self.shift if self.size > 1 else 0


def perfect_hash(numbers: Sequence[int]) -> PerfectHash:
    """The smallest table for distinct 32-bit `numbers`.

    `HOLE` hashes to a slot in use (or there is no hole), so that looking it up finds a
    driver of another number and never a hole that seems to match.
    """
    bits = max(len(numbers) - 1, 0).bit_length()
    if bits == 0:
        return PerfectHash(1, 0, 0)
    while True:
        for attempt in range(1, _ATTEMPTS + 1):
            found = PerfectHash(1 << bits, (attempt * _STEP) & 0xFFFFFFFF | 1, 32 - bits)
            if _is_perfect(found, numbers):
                return found
        bits += 1


def _is_perfect(candidate: PerfectHash, numbers: Sequence[int]) -> bool:
    """Whether no two numbers share a slot; most candidates fail at a few numbers."""
    multiplier, shift = candidate.multiplier, candidate.shift
    used = set()
    for number in numbers:
        slot = ((number * multiplier) & 0xFFFFFFFF) >> shift  # candidate.slot, in place
        if slot in used:
            return False
        used.add(slot)
    return candidate.slot(HOLE) in used
