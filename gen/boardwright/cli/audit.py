# SPDX-License-Identifier: MIT OR Apache-2.0
"""`boardwright audit`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.cli.shared import (
    FINDINGS,
    FINE,
    add_format,
    board_file,
    report_findings,
    search_roots,
)
from boardwright.diagnostics import Diagnostics

if TYPE_CHECKING:
    import argparse

    from boardwright.cli.shared import Commands


def add(commands: Commands) -> None:
    """The command's name and options."""
    command = commands.add_board(
        "audit", _run, "compile, then prove from the calls that no provider calls back early"
    )
    add_format(command)


def _run(options: argparse.Namespace) -> int:
    from boardwright.audit import audit_json, audit_text  # noqa: PLC0415
    from boardwright.pipeline import audited, planned_for_audit  # noqa: PLC0415

    diagnostics = Diagnostics()
    roots = search_roots(options)
    source = planned_for_audit(board_file(options.board), roots, diagnostics, options.variant)
    report_findings(diagnostics)
    if source is None:
        return FINDINGS
    audit = audited(source, roots)
    print(audit_json(audit) if options.format == "json" else audit_text(audit))
    return FINE if audit.clean else FINDINGS
