# SPDX-License-Identifier: MIT OR Apache-2.0
"""`boardwright new`: a board to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from boardwright.cli.shared import FINE, UsageError, short

if TYPE_CHECKING:
    import argparse

    from boardwright.cli.shared import Commands


def add(commands: Commands) -> None:
    """The command's name and options."""
    command = commands.add("new", _run, "make a small board and its application to begin with")
    command.add_argument("board", type=Path, metavar="DIR", help="such as boards/NAME")


def _run(options: argparse.Namespace) -> int:
    from boardwright.emit import write_example  # noqa: PLC0415
    from boardwright.load.document import ID  # noqa: PLC0415

    directory: Path = options.board
    name = directory.absolute().name
    if not ID.fullmatch(name):
        raise UsageError(f"'{name}' is no name for a board: small letters, digits and _")
    if directory.exists() and not (directory.is_dir() and not any(directory.iterdir())):
        raise UsageError(f"{short(directory)} is there already, and stays as it is")
    for path in write_example(directory, name):
        print(short(path))
    print(f"to see it run: boardwright run {short(directory)}")
    return FINE
