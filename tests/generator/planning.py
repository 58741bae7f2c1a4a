# SPDX-License-Identifier: MIT OR Apache-2.0
"""Boards of the tests: the checkout's own, and small ones written for one claim."""

from __future__ import annotations

from pathlib import Path

from boardwright.diagnostics import Diagnostics
from boardwright.load.roots import SearchRoots
from boardwright.pipeline import Planned, planned
from boardwright.report import human

ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / "runtime"
BOARD = ROOT / "boards" / "mps2_an386"

HEAD = """\
schema: 1
board: small
chip: mps2_an386
"""
KERNEL = """\
kernel:
  scheduler: {kind: round_robin}
  on_fault: {kind: fault_stop}
budget: {flash: 64KiB, ram: 16KiB}
"""


def plan_file(
    board: Path,
    *,
    checked: bool = False,
    runtime: Path = RUNTIME,
    components: tuple[Path, ...] = (),
) -> Planned:
    """The plan of a board file that has nothing wrong with it."""
    diagnostics = Diagnostics()
    roots = SearchRoots(runtime, components)
    found = planned(board, roots, diagnostics, checked=checked)
    assert found is not None, human(diagnostics)
    return found


def write_board(directory: Path, body: str) -> Path:
    """`directory/boards/small/board.yaml` with a kernel and `body`."""
    home = directory / "boards" / "small"
    home.mkdir(parents=True, exist_ok=True)
    path = home / "board.yaml"
    path.write_text(HEAD + body + KERNEL, encoding="utf-8")
    return path


def plan_text(directory: Path, body: str, *, checked: bool = False) -> Planned:
    """The plan of a small board."""
    return plan_file(write_board(directory, body), checked=checked)
