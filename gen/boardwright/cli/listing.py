# SPDX-License-Identifier: MIT OR Apache-2.0
"""`boardwright list`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.cli.shared import FINE, add_components, add_format, known_boards, search_roots

if TYPE_CHECKING:
    import argparse

    from boardwright.cli.shared import Commands

KINDS = ("components", "chips", "hils", "boards")


def add(commands: Commands) -> None:
    """The command's name and options."""
    command = commands.add("list", _run, "list what boards can be made of")
    command.add_argument("kind", choices=KINDS, nargs="?", default="components")
    add_format(command)
    add_components(command)


def _run(options: argparse.Namespace) -> int:
    from boardwright.catalogue import catalogue  # noqa: PLC0415

    rows = catalogue(options.kind, search_roots(options), known_boards())
    if options.format == "json":
        import json  # noqa: PLC0415

        print(json.dumps([dict(row) for row in rows], indent=2))
        return FINE
    table = [tuple(row.values()) for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = (f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())
    return FINE
