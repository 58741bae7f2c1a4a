# SPDX-License-Identifier: MIT OR Apache-2.0
"""`boardwright build`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.cli.shared import (
    FINDINGS,
    FINE,
    add_findings_format,
    add_output_options,
    built_board,
    findings_at_end,
    short,
)

if TYPE_CHECKING:
    import argparse

    from boardwright.cli.shared import Commands
    from boardwright.pipeline import Built


def add(commands: Commands) -> None:
    """The command's name and options."""
    command = commands.add_board(
        "build", _run, "generate, pack the applications, compile, verify"
    )
    add_output_options(command)
    add_findings_format(command)


def _run(options: argparse.Namespace) -> int:
    with findings_at_end(options):
        made = built_board(options)
        if made is None:
            return FINDINGS
        if options.findings == "human":
            print("\n".join(_summary(made)))
        return FINE


def _summary(made: Built) -> list[str]:
    plan = made.generated.planned.plan
    code, data = plan.memory.kernel_code, plan.memory.kernel_data
    lines = [
        f"{plan.title}: kernel takes {made.usage.flash} B of {code.size} B flash, "
        f"{made.usage.ram} B of {data.size} B RAM"
    ]
    for each in made.apps.placed if made.apps else ():
        size = len(each.application.data)
        lines.append(f"  {each.application.name}: {size} B at {each.at:#010x}")
    lines.append(f"  {short(made.firmware.elf)} .bin .hex .map")
    return lines
