# SPDX-License-Identifier: MIT OR Apache-2.0
"""What would change, as a patch: `patch -p1` in the directory makes the files so."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from boardwright.emit.files import Change

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def unified_diff(changes: Iterable[Change]) -> str:
    """From what is on the disk to what would be written."""
    return "".join(map(_file_diff, changes))


def _file_diff(change: Change) -> str:
    lines = difflib.unified_diff(
        _lines(change.old),
        _lines(change.new),
        "/dev/null" if change.old is None else f"a/{change.path}",
        "/dev/null" if change.new is None else f"b/{change.path}",
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in lines
    )


def _lines(data: bytes | None) -> list[str]:
    return _LINE.findall((data or b"").decode(errors="replace"))
