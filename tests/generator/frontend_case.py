# SPDX-License-Identifier: MIT OR Apache-2.0
"""Boards for front-end tests: text laid over the small board and library of tests/errors."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from boardwright.diagnostics import Diagnostics
from boardwright.frontend import checked_board
from boardwright.load.roots import SearchRoots
from boardwright.report import human

if TYPE_CHECKING:
    from boardwright.model import Board

ERRORS = Path(__file__).parent.parent / "errors"
ROOTS = SearchRoots(ERRORS / "library")


def written(directory: Path, text: str, **descriptors: str) -> Path:
    """A board file that extends the base board, with descriptors beside it."""
    board = directory / "boards" / "case" / "board.yaml"
    board.parent.mkdir(parents=True, exist_ok=True)
    base = os.path.relpath(ERRORS / "base" / "board.yaml", board.parent)
    board.write_text(f"schema: 1\nboard: case\nextends: [{base}]\n{text}", encoding="utf-8")
    for name, body in descriptors.items():
        path = board.parent / f"{name}.yaml"
        path.write_text(f"schema: 1\n{body}", encoding="utf-8")
    return board


def codes(directory: Path, text: str, **descriptors: str) -> list[str]:
    """The codes of all findings, in reading order."""
    diagnostics = Diagnostics()
    checked_board(written(directory, text, **descriptors), ROOTS, diagnostics)
    return [found.code for found in diagnostics]


def good(
    directory: Path, text: str, *, variant: str | None = None, **descriptors: str
) -> Board:
    """The board; fails if there is any finding."""
    diagnostics = Diagnostics()
    file = written(directory, text, **descriptors)
    board = checked_board(file, ROOTS, diagnostics, variant=variant)
    assert not list(diagnostics), human(diagnostics)
    assert board is not None
    return board
