# SPDX-License-Identifier: MIT OR Apache-2.0
"""`boardwright generate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from boardwright.cli.shared import (
    FINDINGS,
    FINE,
    UsageError,
    add_output_options,
    generated_board,
    planned_board,
    short,
)

if TYPE_CHECKING:
    import argparse

    from boardwright.cli.shared import Commands
    from boardwright.emit import Change


def add(commands: Commands) -> None:
    """The command's name and options."""
    command = commands.add_board("generate", _run, "write a board's C sources")
    command.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help="default: build/BOARD[-VARIANT]/gen; elsewhere it builds with make RUNTIME=PATH",
    )
    command.add_argument("--depfile", type=Path, metavar="FILE", help="list all inputs there")
    only = command.add_mutually_exclusive_group()
    only.add_argument("--check", action="store_true", help="write nothing, list what differs")
    only.add_argument("--diff", action="store_true", help="write nothing, show what differs")
    add_output_options(command)


def _run(options: argparse.Namespace) -> int:
    if options.check or options.diff:
        return _compare(options)
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

        inputs = [source.path for source in made.planned.board.inputs]
        text = depfile_text(made.directory / MANIFEST, inputs)
        options.depfile.write_text(text, encoding="utf-8")
    return FINE


def _compare(options: argparse.Namespace) -> int:
    """1 if the disk does not have what would be written."""
    if options.force or options.depfile is not None:
        raise UsageError("--check and --diff write nothing: no --force, no --depfile")
    from boardwright.pipeline import pending  # noqa: PLC0415

    source = planned_board(options, checked=options.checked)
    if source is None:
        return FINDINGS
    directory, changes = pending(source, options.output)
    if options.diff:
        from boardwright.emit import unified_diff  # noqa: PLC0415

        print(unified_diff(changes), end="")
    else:
        for change in changes:
            print(f"{short(directory / change.path)}: {_state(change)}")
        if not changes:
            print(f"{short(directory)}: as it would be written")
    return FINDINGS if changes else FINE


def _state(change: Change) -> str:
    if change.by_hand:
        return "changed by hand"
    if change.old is None:
        return "missing"
    return "out of date" if change.new is not None else "no longer generated"
