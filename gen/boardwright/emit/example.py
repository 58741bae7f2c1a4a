# SPDX-License-Identifier: MIT OR Apache-2.0
"""The example board that comes with the package, copied for somebody to begin with."""

from __future__ import annotations

import os
import re
from pathlib import Path

from boardwright.load.roots import project_root
from boardwright.resources import EXAMPLE_BOARD

_BOARD_FILE = "board.yaml"
_LICENCE = re.compile(r"\A[^\n]*SPDX-License-Identifier[^\n]*\n")


def write_example(directory: Path, name: str) -> list[Path]:
    """Board and application below `directory`, the board called `name`; the files written.

    Without our licence line: what is made of them is the user's. With a line for editors
    where the project has the schemas.
    """
    written = []
    for source in sorted(EXAMPLE_BOARD.glob("**/*")):
        if source.is_dir():
            continue
        text = _LICENCE.sub("", source.read_text(encoding="utf-8"))
        if source.name == _BOARD_FILE:
            text = _editor_line(directory) + re.sub(r"(?m)^board: \w+$", f"board: {name}", text)
        path = directory / source.relative_to(EXAMPLE_BOARD)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def _editor_line(directory: Path) -> str:
    """What tells an editor the schema of a board in this directory; "" if there is none."""
    schema = project_root(directory / _BOARD_FILE) / "schemas" / "board.json"
    if not schema.is_file():
        return ""
    path = Path(os.path.relpath(schema, directory.absolute())).as_posix()
    return f"# yaml-language-server: $schema={path}\n"
