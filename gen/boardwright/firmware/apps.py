# SPDX-License-Identifier: MIT OR Apache-2.0
"""Where applications lie in flash: one image of TBF objects without a hole.

An object starts at a multiple of its size, because one region of memory protection has
to cover it. Objects are placed first fit, in the board's order, unless the order of size
needs less flash. A gap becomes a padding object, a bare header that a kernel steps over.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from boardwright.pack.error import PackError
from boardwright.pack.tbf import BASE_SIZE, CHECKSUM_OFFSET, VERSION, header_checksum, read_tbf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from boardwright.plan.ir import Region


@dataclass(frozen=True, slots=True)
class Application:
    """One packed application."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Placed:
    """An application at an address."""

    application: Application
    at: int

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.at + len(self.application.data)


@dataclass(frozen=True, slots=True)
class AppsImage:
    """What to write from `start` on; `placed` in order of address."""

    start: int
    data: bytes
    placed: tuple[Placed, ...]


class AppsError(Exception):
    """An application does not fit; `free` bytes were left for it, `why` says more."""

    def __init__(self, name: str, size: int, free: int, why: str = "") -> None:
        super().__init__(why or f"application {name} needs {size} B, {free} B are free")
        self.name = name
        self.size = size
        self.free = free
        self.why = why


def apps_image(applications: Sequence[Application], region: Region) -> AppsImage:
    """All applications in `region`. Raises AppsError for the first that does not fit."""
    descending = sorted(applications, key=lambda each: -len(each.data))
    try:
        placed = _placed(applications, region)
    except AppsError:
        placed = _placed(descending, region)
    else:
        smaller = _placed(descending, region)
        if _end(smaller, region) < _end(placed, region):
            placed = smaller
    image = bytearray()
    for each in placed:
        gap = each.at - region.at - len(image)
        if gap:
            image += padding(gap)
        image += each.application.data
    return AppsImage(region.at, bytes(image), tuple(placed))


def padding(size: int) -> bytes:
    """A padding object of `size` bytes, at least a header."""
    header = bytearray(struct.pack("<HHIII", VERSION, BASE_SIZE, size, 0, 0))
    struct.pack_into("<I", header, CHECKSUM_OFFSET, header_checksum(header))
    return bytes(header).ljust(size, b"\xff")


def _end(placed: Sequence[Placed], region: Region) -> int:
    return placed[-1].end if placed else region.at


def _placed(applications: Sequence[Application], region: Region) -> list[Placed]:
    placed: list[Placed] = []
    fixed = [(each, _fixed_start(each)) for each in applications]
    for each, at in sorted(fixed, key=lambda pair: pair[1] is None):
        found = _first_fit(each, placed, region) if at is None else at
        if not _is_free(found, len(each.data), placed, region):
            why = f"application {each.name} is linked for {found:#x}, which is not free"
            raise AppsError(each.name, len(each.data), 0, why)
        placed.append(Placed(each, found))
        placed.sort(key=lambda each: each.at)
    return placed


def _fixed_start(application: Application) -> int | None:
    """The one address an application can be at; None if any will do."""
    try:
        tbf = read_tbf(application.data)
    except PackError as error:
        raise AppsError(
            application.name, 0, 0, f"application {application.name}: {error}"
        ) from None
    return None if tbf.fixed_flash is None else tbf.fixed_flash - tbf.binary_offset


def _first_fit(application: Application, placed: Sequence[Placed], region: Region) -> int:
    size = len(application.data)
    alignment = 1 << (size - 1).bit_length()
    for candidate in sorted({region.at, *(each.end for each in placed)}):
        at = -(-candidate // alignment) * alignment
        if _is_free(at, size, placed, region):
            return at
    free = region.end - max([region.at, *(each.end for each in placed)])
    raise AppsError(application.name, size, free)


def _is_free(at: int, size: int, placed: Sequence[Placed], region: Region) -> bool:
    """Whether [at, at + size) is in the region, free, and leaves no gap below a header."""
    if at < region.at or at + size > region.end:
        return False
    if any(at < each.end and each.at < at + size for each in placed):
        return False
    below = max([region.at, *(each.end for each in placed if each.end <= at)])
    above = min((each.at for each in placed if each.at >= at + size), default=None)
    gaps = [at - below] if above is None else [at - below, above - at - size]
    return all(gap == 0 or gap >= BASE_SIZE for gap in gaps)
