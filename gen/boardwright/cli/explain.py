# SPDX-License-Identifier: MIT OR Apache-2.0
"""`boardwright explain`: a code at length, or an instance of a board with all its values."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from boardwright.cli.shared import (
    FINDINGS,
    FINE,
    UsageError,
    add_components,
    add_format,
    add_variant,
    planned_board,
    print_json,
    print_table,
)
from boardwright.diagnostics import did_you_mean

if TYPE_CHECKING:
    import argparse

    from boardwright.cli.shared import Commands
    from boardwright.model import Board


def add(commands: Commands) -> None:
    """The command's name and options."""
    command = commands.add(
        "explain", _run, "say what a code means, or all about an instance of a board"
    )
    command.usage = (
        "%(prog)s [--format F] [CODE ...]\n"
        "       %(prog)s [--format F] [--variant V] [--component-dir DIR] BOARD [INSTANCE ...]"
    )
    command.add_argument(
        "words",
        metavar="WORD",
        nargs="*",
        help="codes such as BW0312, or a board and its instances; without any: all codes",
    )
    add_format(command)
    add_variant(command)
    add_components(command)


def _run(options: argparse.Namespace) -> int:
    from boardwright.explain.codes import code_of  # noqa: PLC0415

    words: list[str] = options.words
    codes = [code for word in words if (code := code_of(word)) is not None]
    if len(codes) == len(words):
        return _codes(codes, options)
    if codes and codes[0] == code_of(words[0]):
        word = next(word for word in words if code_of(word) is None)
        raise UsageError(f"'{word}' is no code such as BW0312")
    if not Path(words[0]).exists() and words[0][:2].lower() == "bw":
        raise UsageError(f"'{words[0]}' is no code such as BW0312")
    return _board(words[0], words[1:], options)


def _codes(codes: list[str], options: argparse.Namespace) -> int:
    from boardwright.explain import codes as pages  # noqa: PLC0415
    from boardwright.messages import MESSAGES  # noqa: PLC0415

    for code in codes:
        if code not in MESSAGES:
            raise UsageError(pages.unknown_code(code))
    if options.format == "json":
        print_json([pages.code_facts(code) for code in codes or sorted(MESSAGES)])
    elif codes:
        print("\n".join(pages.code_text(code) for code in codes), end="")
    else:
        print(pages.code_list(), end="")
    return FINE


def _board(path: str, names: list[str], options: argparse.Namespace) -> int:
    from dataclasses import asdict  # noqa: PLC0415

    from boardwright.explain.instance import instance_page  # noqa: PLC0415
    from boardwright.explain.page_text import page_text  # noqa: PLC0415

    options.board = Path(path)
    source = planned_board(options, checked=False)
    if source is None:
        return FINDINGS
    board = source.board
    known = [instance.id for instance in board.instances]
    for name in names:
        if name not in known:
            raise UsageError(_not_there(name, board, known))
    pages = [instance_page(source, name) for name in names or known]
    if options.format == "json":
        print_json([asdict(page) for page in pages])
    elif names:
        print("\n".join(page_text(page) for page in pages), end="")
    else:
        print_table([(page.id, page.kind, page.section, page.place) for page in pages])
    return FINE


def _not_there(name: str, board: Board, known: list[str]) -> str:
    """What to say of a word that is no instance of the image."""
    if name in board.names:
        return f"'{name}' is a name for {board.names[name]}, not an instance"
    near = did_you_mean(name, known)
    return f"board '{board.name}' has no instance '{name}'{'; ' if near else ''}{near}"
