# SPDX-License-Identifier: MIT OR Apache-2.0
"""Where a value stands in the user's text.

A span keeps the text it points into, so that a diagnostic can be rendered without
reading the file again. Lines and columns count from 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Source:
    """One file that was read.

    `name` is what messages and generated comments print: relative to the project root
    of the board, or `<boardwright>/...` for a packaged file. `path` is never printed.
    """

    name: str
    path: Path = field(compare=False)
    text: str = field(compare=False, repr=False)

    def line(self, number: int) -> str:
        """The text of line `number` (from 1), or "" behind the end."""
        lines = self.text.split("\n")
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one source, `end` exclusive."""

    source: Source
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def place(self) -> str:
        """`boards/demo/board.yaml:22`, as comments in generated C print it."""
        return f"{self.source.name}:{self.line}"

    @property
    def position(self) -> tuple[str, int, int]:
        """A key that sorts diagnostics in reading order."""
        return (self.source.name, self.line, self.column)
