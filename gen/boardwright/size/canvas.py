# SPDX-License-Identifier: MIT OR Apache-2.0
"""The bytes of a section, each with one owner; what is painted later covers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Owner:
    """A source file as the compiler was told to call it, and the object's symbol."""

    file: str = ""
    symbol: str = ""


NOBODY = Owner()


@dataclass(frozen=True, slots=True)
class Range:
    """`size` bytes at `at`."""

    at: int
    size: int
    owner: Owner

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.at + self.size


class Canvas:
    """`size` bytes from `start`, at first nobody's."""

    def __init__(self, start: int, size: int) -> None:
        self._start = start
        self._bytes = [NOBODY] * size

    def paint(self, each: Range) -> None:
        """Give the bytes of a range that are here to its owner."""
        first = max(each.at - self._start, 0)
        last = min(each.end - self._start, len(self._bytes))
        if first < last:
            self._bytes[first:last] = [each.owner] * (last - first)

    def owner(self, at: int) -> Owner:
        """Whose the byte is."""
        inside = 0 <= at - self._start < len(self._bytes)
        return self._bytes[at - self._start] if inside else NOBODY

    def runs(self) -> Iterator[Range]:
        """All bytes, in runs of one owner."""
        at = self._start
        for owner, run in groupby(self._bytes):
            size = sum(1 for _ in run)
            yield Range(at, size, owner)
            at += size
