# SPDX-License-Identifier: MIT OR Apache-2.0
"""Where the kernel will put each application's RAM: its own reckoning, before the boot.

A block has what the application asks for and, above it, what the kernel keeps there: a
word for each grant and the queue of upcalls. Blocks are what memory protection can cover,
one behind the other in the order of flash.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from boardwright.pack.tbf import read_tbf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from boardwright.firmware.apps import Placed
    from boardwright.plan.arch import Blocks
    from boardwright.plan.ir import Region

_QUEUE = 240
"""Bytes of a process's queue of upcalls (UPCALL_QUEUE_LENGTH of 24 in the kernel)."""


@dataclass(frozen=True, slots=True)
class NoRoom:
    """An application whose block of `size` bytes finds `free` left; `asked` are its own."""

    name: str
    asked: int
    size: int
    free: int


def without_room(
    placed: Sequence[Placed],
    region: Region,
    grants: int,
    blocks: Blocks,
    at_least: Mapping[str, int],
) -> list[NoRoom]:
    """The applications that the kernel will refuse for want of RAM, in order of flash.

    `grants` is the number of drivers that keep data per process; `at_least` what the board
    gives an application, by name, where its header asks for less.
    """
    kernel = _aligned(4 * grants + _QUEUE, 8)
    start = region.at
    refused = []
    for each in placed:
        tbf = read_tbf(each.application.data)
        if not tbf.enabled:
            continue
        name = each.application.name
        asked = max(tbf.minimum_ram, at_least.get(name, 0))
        block = _block(Range(start, region.end), asked, kernel, tbf.fixed_ram, blocks)
        if block is None:
            size = _smallest(asked, kernel, blocks)
            refused.append(NoRoom(name, asked, size, region.end - start))
        else:
            start = block.end
    return refused


@dataclass(frozen=True, slots=True)
class Range:
    """Addresses from `start` up to `end`."""

    start: int
    end: int


def _block(
    pool: Range, asked: int, kernel: int, fixed: int | None, blocks: Blocks
) -> Range | None:
    """The block the kernel chooses in the free `pool`; None if it finds none."""
    size = _smallest(asked, kernel, blocks)
    half = size // 2
    start = _aligned(pool.start, half) if fixed is None else fixed
    if start % half or start < pool.start or start + size > pool.end:
        return None
    return Range(start, start + size)


def _smallest(asked: int, kernel: int, blocks: Blocks) -> int:
    """Bytes of the smallest block: protection opens it to the application in granules."""
    asked = max(asked, blocks.least)
    size = blocks.smallest
    while _aligned(asked, size // blocks.granules) + kernel > size:
        size *= 2
    return size


def _aligned(value: int, step: int) -> int:
    return -(-value // step) * step
