# SPDX-License-Identifier: MIT OR Apache-2.0
"""`boardwright size`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.cli.shared import (
    FINDINGS,
    FINE,
    add_format,
    add_output_options,
    built_board,
)

if TYPE_CHECKING:
    import argparse

    from boardwright.cli.shared import Commands


def add(commands: Commands) -> None:
    """The command's name and options."""
    command = commands.add_board("size", _run, "build, then say what flash and RAM are for")
    command.add_argument("--by", choices=("room", "instance"), default="room")
    add_format(command)
    add_output_options(command)


def _run(options: argparse.Namespace) -> int:
    from boardwright.size import (  # noqa: PLC0415
        image_pieces,
        image_sizes,
        size_json,
        size_text,
    )

    made = built_board(options)
    if made is None:
        return FINDINGS
    planned = made.generated.planned
    pieces = image_pieces(made.firmware.elf, made.firmware.map)
    sizes = image_sizes(pieces, planned.plan, planned.board, options.by)
    print(size_json(sizes) if options.format == "json" else size_text(sizes))
    return FINE
