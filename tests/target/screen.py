# SPDX-License-Identifier: MIT OR Apache-2.0
"""What a screen shows, from a dump of it, and what the painter paints."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

WIDTH, HEIGHT = 128, 64
ZOOM = 4
"""So many points of the dump, each way, are a pixel."""


def greys(dump: Path) -> list[list[int]]:
    """The rows of a binary PPM as greys from 0 to 15."""
    kind, width, height, depth, data = dump.read_bytes().split(maxsplit=4)
    assert (kind, int(width), int(height), int(depth)) == (b"P6", 512, 256, 255)
    points = [data[at : at + 3] for at in range(0, len(data), 3)]
    rows = []
    for y in range(HEIGHT):
        row = []
        for x in range(WIDTH):
            block = {
                points[(y * ZOOM + down) * WIDTH * ZOOM + x * ZOOM + right]
                for down in range(ZOOM)
                for right in range(ZOOM)
            }
            assert len(block) == 1, f"pixel ({x}, {y}) is not of one colour"
            grey = block.pop()
            assert grey == bytes([grey[0]] * 3), f"pixel ({x}, {y}) is not grey"
            row.append(grey[0] // 17)
        rows.append(row)
    return rows


def painted(pattern: int) -> list[list[int]]:
    """What components/painter makes of a pattern."""
    return [[(x + 3 * y + pattern) % 16 for x in range(WIDTH)] for y in range(HEIGHT)]
