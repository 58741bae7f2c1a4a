# SPDX-License-Identifier: MIT OR Apache-2.0
"""Pictures of screens that were looked at: PNG files of 16 greys, each pixel a square.

After an intended change run the tests with `BOARDWRIGHT_GOLDEN=update`, and look at the
new pictures before they are committed.
"""

from __future__ import annotations

import os
import struct
import zlib
from typing import TYPE_CHECKING

from tests.target.screen import HEIGHT, WIDTH, ZOOM, greys

if TYPE_CHECKING:
    from pathlib import Path

SIGNATURE = b"\x89PNG\r\n\x1a\n"
ROW = WIDTH * ZOOM // 2
"""Bytes of a row: two points each."""


def assert_shows(dump: Path, picture: Path) -> None:
    """That the dump of a screen is, pixel by pixel, that picture."""
    shown = greys(dump)
    if os.environ.get("BOARDWRIGHT_GOLDEN") == "update":
        picture.write_bytes(png(shown))
    wanted = pixels(picture.read_bytes())
    others = [
        f"({x}, {y}) is {shown[y][x]} and not {wanted[y][x]}"
        for y in range(HEIGHT)
        for x in range(WIDTH)
        if shown[y][x] != wanted[y][x]
    ]
    assert not others, f"{len(others)} pixels of {picture.name} differ: {others[:5]}"


def png(rows: list[list[int]]) -> bytes:
    """A file with these greys, four bits a point, no filters."""
    lines = b""
    for row in rows:
        points = [grey for grey in row for _ in range(ZOOM)]
        pairs = zip(points[::2], points[1::2], strict=True)
        lines += (b"\0" + bytes(left << 4 | right for left, right in pairs)) * ZOOM
    header = struct.pack(">IIBBBBB", WIDTH * ZOOM, HEIGHT * ZOOM, 4, 0, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")
    return SIGNATURE + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def pixels(file: bytes) -> list[list[int]]:
    """The greys of a file as `png` makes it."""
    assert file.startswith(SIGNATURE)
    at, data = len(SIGNATURE), b""
    while at < len(file):
        size, kind = struct.unpack_from(">I4s", file, at)
        data += file[at + 8 : at + 8 + size] * (kind == b"IDAT")
        at += size + 12
    lines = zlib.decompress(data)
    assert len(lines) == (1 + ROW) * HEIGHT * ZOOM
    rows = []
    for y in range(HEIGHT):
        start = y * ZOOM * (1 + ROW)
        line = lines[start : start + 1 + ROW]
        assert line[0] == 0, "a filter"
        rows.append([line[1 + x * ZOOM // 2] >> 4 for x in range(WIDTH)])
    return rows
