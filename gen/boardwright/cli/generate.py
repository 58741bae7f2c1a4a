# SPDX-License-Identifier: MIT OR Apache-2.0
"""`boardwright generate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from boardwright.cli.shared import FINDINGS, FINE, add_output_options, generated_board, short

if TYPE_CHECKING:
    import argparse

    from boardwright.cli.shared import Commands


def add(commands: Commands) -> None:
    """The command's name and options."""
    command = commands.add_board("generate", _run, "write a board's C sources")
    command.add_argument(
        "--output", type=Path, metavar="DIR", help="default: build/BOARD[-VARIANT]/gen"
    )
    command.add_argument("--depfile", type=Path, metavar="FILE", help="list all inputs there")
    add_output_options(command)


def _run(options: argparse.Namespace) -> int:
    made = generated_board(options, options.output)
    if made is None:
        return FINDINGS
    emitted = made.emitted
    print(
        f"{short(made.directory)}: {len(emitted.written)} files written, "
        f"{len(emitted.unchanged)} unchanged, {len(emitted.removed)} removed"
    )
    if options.depfile is not None:
        from boardwright.emit import MANIFEST, depfile_text  # noqa: PLC0415

        text = depfile_text(made.directory / MANIFEST, made.planned.board.inputs)
        options.depfile.write_text(text, encoding="utf-8")
    return FINE
