# SPDX-License-Identifier: MIT OR Apache-2.0
"""`boardwright schema`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from boardwright.cli.shared import FINDINGS, FINE, complain, short

if TYPE_CHECKING:
    import argparse

    from boardwright.cli.shared import Commands


def add(commands: Commands) -> None:
    """The command's name and options."""
    command = commands.add("schema", _run, "write JSON Schemas of the files, for editors")
    command.add_argument(
        "--output", type=Path, metavar="DIR", default=Path("schemas"), help="default: schemas"
    )
    command.add_argument("--check", action="store_true", help="write nothing, say what differs")


def _run(options: argparse.Namespace) -> int:
    from boardwright.emit import write_if_changed  # noqa: PLC0415
    from boardwright.schema import schema_files  # noqa: PLC0415

    stale = 0
    for name, text in schema_files().items():
        path = options.output / name
        if not options.check:
            written = write_if_changed(path, text.encode())
            print(f"{short(path)}: {'written' if written else 'unchanged'}")
        elif not path.is_file() or path.read_bytes() != text.encode():
            complain(f"{short(path)} is not what this version says; run `boardwright schema`")
            stale += 1
    return FINDINGS if stale else FINE
