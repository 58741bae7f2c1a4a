# SPDX-License-Identifier: MIT OR Apache-2.0
"""From a board file to a checked board: load, resolve and check in one call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from boardwright.check import check_board
from boardwright.diagnostics import Diagnostics
from boardwright.load.nodes import Mapping, Scalar
from boardwright.resolve import resolve_board, variant_entries

if TYPE_CHECKING:
    from pathlib import Path

    from boardwright.load.nodes import Entry
    from boardwright.load.roots import SearchRoots
    from boardwright.model import Board
    from boardwright.span import Span


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
    """The board of a file; it and every variant of it are checked.

    What is found in a variant only, but stands elsewhere, names the variant.
    """
    board = checked_board(board_file, roots, diagnostics)
    known = set(diagnostics)
    for variant, entry in variant_entries(board_file, roots).items():
        own = Diagnostics()
        checked_board(board_file, roots, own, variant=variant)
        note = _variant_note(entry, board)
        for found in own:
            told = found in known or _within(found.span, entry)
            diagnostics.add(found if told else replace(found, related=(*found.related, note)))
    return board


def _variant_note(entry: Entry, board: Board | None) -> tuple[Span, str]:
    """Which variant it is; one on another chip has more to say than its chip."""
    chip = entry.value.get("chip") if isinstance(entry.value, Mapping) else None
    if not isinstance(chip, Scalar) or (board is not None and chip.text == board.chip.name):
        return entry.key.span, "in this variant"
    text = (
        "in this variant, for another chip: say here what is to be there instead, or !delete it"
    )
    return chip.span, text


def _within(span: Span, entry: Entry) -> bool:
    """Whether a place is in the text of an entry."""
    start, end = entry.key.span, entry.value.span
    return span.source == start.source and start.line <= span.line <= end.end_line
