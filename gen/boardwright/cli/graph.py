# SPDX-License-Identifier: MIT OR Apache-2.0
"""`boardwright graph`: the wiring of a board as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from boardwright.cli.shared import FINDINGS, FINE, UsageError, planned_board, short

if TYPE_CHECKING:
    import argparse

    from boardwright.cli.shared import Commands


def add(commands: Commands) -> None:
    """The command's name and options."""
    command = commands.add_board("graph", _run, "draw a board's wiring")
    command.add_argument(
        "--format", choices=("dot", "svg"), help="default: svg for FILE.svg, else dot"
    )
    command.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: stdout")


def _run(options: argparse.Namespace) -> int:
    from boardwright.graph import dot_text, svg_text  # noqa: PLC0415

    output: Path | None = options.output
    suffix = output.suffix if output is not None else ""
    if options.format is None and suffix not in ("", ".dot", ".gv", ".svg"):
        raise UsageError(f"a picture is .svg or .dot, not {suffix}; dot -T makes others of it")
    source = planned_board(options, checked=False)
    if source is None:
        return FINDINGS
    text = dot_text(source)
    if (options.format or suffix.removeprefix(".")) == "svg":
        text = svg_text(text)
    if output is None:
        print(text, end="")
        return FINE
    from boardwright.emit import write_if_changed  # noqa: PLC0415

    written = write_if_changed(output, text.encode())
    print(f"{short(output)}: {'written' if written else 'unchanged'}")
    return FINE
