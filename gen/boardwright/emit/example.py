# SPDX-License-Identifier: MIT OR Apache-2.0
"""The example board that comes with the package, copied for somebody to begin with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from boardwright.resources import EXAMPLE_BOARD

if TYPE_CHECKING:
    from pathlib import Path

_BOARD_FILE = "board.yaml"
_LICENCE = re.compile(r"\A[^\n]*SPDX-License-Identifier[^\n]*\n")


def write_example(directory: Path, name: str) -> list[Path]:
    """Board and application below `directory`, the board called `name`; the files written.

    Without our licence line: what is made of them is the user's.
    """
    written = []
    for source in sorted(EXAMPLE_BOARD.glob("**/*")):
        if source.is_dir():
            continue
        text = _LICENCE.sub("", source.read_text(encoding="utf-8"))
        if source.name == _BOARD_FILE:
            text = re.sub(r"(?m)^board: \w+$", f"board: {name}", text)
        path = directory / source.relative_to(EXAMPLE_BOARD)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written
