# SPDX-License-Identifier: MIT OR Apache-2.0
"""How long `check` and `generate` take, on the default board and on large made ones.

Each run is a process of its own, as a user would start it, with Python's bytecode cached
as an installed package has it. Wall time depends on the machine and on what else it does;
the processor time of the same runs is there to tell.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.counting import BUILD, ROOT, BenchError
from tests.bench.made_boards import write_board

if TYPE_CHECKING:
    from pathlib import Path

RUNS = 9
WITHOUT_BYTECODE = "PYTHONDONTWRITEBYTECODE"
MADE = BUILD / "made"
SIZES = (20, 200, 2000)


@dataclass(frozen=True)
class Timed:
    """A command on a board; `bar` and `goal` in seconds of wall time."""

    command: str
    board: str
    bar: float | None = None
    goal: float | None = None

    @property
    def what(self) -> str:
        """The row's first cell."""
        count = self.board.removeprefix("made_")
        made = f"a made board of {int(count):,} instances" if count.isdigit() else ""
        return f"`{self.command}`, {made or 'the default board'}"


@dataclass(frozen=True)
class Taken:
    """Of several runs, seconds: the median and the least wall time, the median of work."""

    wall: float
    least: float
    processor: float


ROWS = (
    Timed("check", "mps2_an386", 0.15, 0.08),
    *(Timed("check", f"made_{size}") for size in SIZES),
    Timed("generate", "mps2_an386"),
    *(Timed("generate", f"made_{size}") for size in SIZES),
)


def wall_times(runs: int = RUNS) -> dict[Timed, Taken]:
    """What each row takes."""
    boards = {f"made_{size}": write_board(MADE, size) for size in SIZES}
    boards["mps2_an386"] = ROOT / "boards/mps2_an386"
    return {row: taken(row.command, boards[row.board], runs) for row in ROWS}


def taken(command: str, board: Path, runs: int) -> Taken:
    """What `runs` runs take, after one that fills the caches. Generates into nothing."""
    walls, processors = [], []
    out = MADE / "gen"
    arguments = [command, str(board)]
    if command == "generate":
        arguments += ["--output", str(out)]
    for _ in range(runs + 1):
        shutil.rmtree(out, ignore_errors=True)
        before = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "boardwright", *arguments],
            env=environment(),
            stdout=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(process.pid, 0)
        walls.append(time.perf_counter() - before)
        processors.append(used.ru_utime + used.ru_stime)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise BenchError(f"boardwright {' '.join(arguments)}: {process.returncode}")
    return Taken(median(walls[1:]), min(walls[1:]), median(processors[1:]))


def environment() -> dict[str, str]:
    """Ours, with bytecode written, beside what was built."""
    kept = {name: value for name, value in os.environ.items() if name != WITHOUT_BYTECODE}
    return {**kept, "PYTHONPYCACHEPREFIX": str(BUILD / "bytecode")}
