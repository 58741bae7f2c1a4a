# SPDX-License-Identifier: MIT OR Apache-2.0
"""`boardwright check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from boardwright.cli.shared import (
    FINDINGS,
    FINE,
    add_components,
    add_format,
    add_variant,
    board_file,
    report_findings,
    search_roots,
    short,
)
from boardwright.diagnostics import Diagnostics

if TYPE_CHECKING:
    import argparse

    from boardwright.cli.shared import Commands


def add(commands: Commands) -> None:
    """The command's name and options."""
    command = commands.add("check", _run, "say everything that is wrong with boards")
    command.add_argument("boards", type=Path, metavar="BOARD", nargs="+")
    add_format(command, "sarif", "github")
    add_variant(command)
    add_components(command)


def _run(options: argparse.Namespace) -> int:
    from boardwright.frontend import check_file, checked_board  # noqa: PLC0415

    roots = search_roots(options)
    files = [board_file(path) for path in options.boards]
    diagnostics = Diagnostics()
    for file in files:
        if options.variant is None:
            check_file(file, roots, diagnostics)
        else:
            checked_board(file, roots, diagnostics, variant=options.variant)
    if options.format != "human":
        from boardwright.report import for_tools  # noqa: PLC0415

        print(for_tools(options.format, diagnostics), end="")
    else:
        report_findings(diagnostics)
        if not len(diagnostics):
            print(f"{', '.join(short(file) for file in files)}: fine")
    return FINDINGS if diagnostics.failed else FINE
