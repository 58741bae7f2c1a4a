# SPDX-License-Identifier: MIT OR Apache-2.0
"""`boardwright fix`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.cli.shared import (
    FINDINGS,
    FINE,
    board_file,
    complain,
    report_findings,
    search_roots,
    short,
)

if TYPE_CHECKING:
    import argparse

    from boardwright.cli.shared import Commands


def add(commands: Commands) -> None:
    """The command's name and options."""
    command = commands.add_board(
        "fix", _run, "make the edits that findings propose: spelling, and a mux to share"
    )
    command.add_argument("--dry-run", action="store_true", help="write nothing, show the edits")
    command.add_argument("--diff", action="store_true", help="show the edits as a diff")


def _run(options: argparse.Namespace) -> int:
    from boardwright.emit import unified_diff  # noqa: PLC0415
    from boardwright.fix import fixed  # noqa: PLC0415

    file = board_file(options.board)
    made = fixed(file, search_roots(options), options.variant)
    report_findings(made.left)
    if options.dry_run or options.diff:
        print(unified_diff(made.changes), end="")
    if made.worse:
        complain("with its edits there would be more errors than before: nothing is written")
        return FINDINGS
    if not options.dry_run:
        made.write()
    if made.steps and not (options.dry_run or options.diff):
        print("\n".join(made.steps))
    if not made.steps and not made.left.failed:
        print(f"{short(file)}: nothing to fix")
    return FINDINGS if made.left.failed else FINE
