# SPDX-License-Identifier: MIT OR Apache-2.0
"""From a board file to a checked board: load, resolve and check in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.check import check_board
from boardwright.resolve import resolve_board, variants

if TYPE_CHECKING:
    from pathlib import Path

    from boardwright.diagnostics import Diagnostics
    from boardwright.load.roots import SearchRoots
    from boardwright.model import Board


def checked_board(
    board_file: Path,
    roots: SearchRoots,
    diagnostics: Diagnostics,
    *,
    variant: str | None = None,
) -> Board | None:
    """One board (or one variant of it), resolved and checked.

    None if there is no board; after errors (`diagnostics.failed`) it is not fit for
    planning. Raises UnknownVariantError.
    """
    board = resolve_board(board_file, roots, diagnostics, variant=variant)
    if board is not None:
        check_board(board, diagnostics)
    return board


def check_file(board_file: Path, roots: SearchRoots, diagnostics: Diagnostics) -> Board | None:
    """The board of a file; it and every variant of it are checked."""
    board = checked_board(board_file, roots, diagnostics)
    for variant in variants(board_file, roots):
        checked_board(board_file, roots, diagnostics, variant=variant)
    return board
