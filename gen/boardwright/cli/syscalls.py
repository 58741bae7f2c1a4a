# SPDX-License-Identifier: MIT OR Apache-2.0
"""`boardwright syscalls`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from boardwright.cli.shared import FINDINGS, FINE, add_format, planned_board

if TYPE_CHECKING:
    import argparse

    from boardwright.cli.shared import Commands


def add(commands: Commands) -> None:
    """The command's name and options."""
    command = commands.add_board("syscalls", _run, "print a board's driver table")
    command.add_argument("--output", type=Path, metavar="DIR", help="write header and page")
    add_format(command)


def _run(options: argparse.Namespace) -> int:
    from boardwright.render.driver_table import (  # noqa: PLC0415
        driver_json,
        driver_lines,
    )

    source = planned_board(options, checked=False)
    if source is None:
        return FINDINGS
    plan = source.plan
    print(driver_json(plan) if options.format == "json" else driver_lines(plan))
    if options.output is not None:
        from boardwright.emit import write_if_changed  # noqa: PLC0415
        from boardwright.render import driver_page, userspace_header  # noqa: PLC0415

        for name, text in (
            (f"{plan.board}_syscalls.h", userspace_header(plan)),
            (f"{plan.board}_syscalls.md", driver_page(plan)),
        ):
            write_if_changed(options.output / name, text.encode())
    return FINE
