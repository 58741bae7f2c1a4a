# SPDX-License-Identifier: MIT OR Apache-2.0
"""`boardwright run`: build a board and boot it in its chip's emulator."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from boardwright.cli.shared import (
    FINDINGS,
    FINE,
    UsageError,
    add_output_options,
    built_board,
    complain,
    report_findings,
    search_roots,
    short,
)
from boardwright.diagnostics import Diagnostics

if TYPE_CHECKING:
    from boardwright.cli.shared import Commands


def add(commands: Commands) -> None:
    """The command's name and options."""
    command = commands.add_board("run", _run, "build, then boot in the chip's emulator")
    command.add_argument(
        "--for", dest="limit", type=_duration, metavar="TIME", help="end after 5s"
    )
    command.add_argument(
        "--app",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="run this application instead of the board's (repeatable)",
    )
    command.add_argument("--trace-leds", action=argparse.BooleanOptionalAction, default=True)
    command.add_argument(
        "--window", action="store_true", help="show the board's displays in a window"
    )
    add_output_options(command)


def _run(options: argparse.Namespace) -> int:
    from boardwright.pipeline import Program, packed_apps, write_apps  # noqa: PLC0415
    from boardwright.run import (  # noqa: PLC0415
        Boot,
        EmulatorSession,
        emulator_command,
        new_part_files,
        strangers,
    )

    made = built_board(options)
    if made is None:
        return FINDINGS
    source = made.generated.planned
    image = made.firmware.elf.with_name(f"{source.plan.board}.apps.bin")
    apps = made.apps
    if options.app:
        for path in options.app:
            if not path.exists():
                raise UsageError(f"--app {path}: there is no such file")
        diagnostics = Diagnostics()
        programs = [Program(path.resolve().stem, path) for path in options.app]
        apps = packed_apps(source, search_roots(options), programs, diagnostics)
        if report_findings(diagnostics):
            return FINDINGS
        image = image.with_name(f"{source.plan.board}.run.apps.bin")
        write_apps(apps, image)
    for text in strangers(
        source.board, [each.application for each in apps.placed] if apps else []
    ):
        complain(text)
    boot = Boot(
        made.firmware.elf,
        image if apps else None,
        source.plan.memory.apps_code.at,
        source.build_directory,
        options.trace_leds,
        options.window,
    )
    command = emulator_command(source.board, boot, source.plan.arch.emulator_package)
    for file in new_part_files(source.board, boot.home):
        print(f"new: {short(file)}, all zeros, kept for the next run", file=sys.stderr)
    signal.signal(signal.SIGTERM, _terminated)
    try:
        with EmulatorSession(command, options.limit) as session:
            for data in session.output():
                sys.stdout.buffer.write(data)
                sys.stdout.buffer.flush()
            return session.status
    except KeyboardInterrupt:  # how a run without --for ends
        return FINE


def _duration(text: str) -> float:
    """Seconds of a duration with its unit."""
    from boardwright.units import UNITS, split_quantity  # noqa: PLC0415

    found = split_quantity(text)
    if not found or found[1] not in UNITS["duration"] or found[0] <= 0:
        raise argparse.ArgumentTypeError(f"'{text}' is no duration such as 5s or 500ms")
    return float(found[0] * UNITS["duration"][found[1]])


def _terminated(_number: int, _frame: object) -> None:
    raise SystemExit(128 + signal.SIGTERM)
