# SPDX-License-Identifier: MIT OR Apache-2.0
"""What emulated parts store: a file for each, which outlasts the run."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from boardwright.firmware.error import EnvironmentProblemError
from boardwright.units import with_unit

if TYPE_CHECKING:
    from pathlib import Path

    from boardwright.model import Board, Instance


def part_file(home: Path, instance: Instance) -> Path:
    """Where an instance that stores something has its file."""
    return home / f"{instance.id}.img"


def new_part_files(board: Board, home: Path) -> list[Path]:
    """Make the files of the board's parts that are not there yet; these are told.

    A new one is all zeros and takes no room on the disk until something is written. One
    that is there stays as it is. Raises EnvironmentProblemError where its size is wrong.
    """
    made = []
    for instance in board.instances:
        size, file = instance.emulator_file, part_file(home, instance)
        if size is None:
            continue
        if not file.exists():
            with file.open("xb") as new:
                new.truncate(size)
            made.append(file)
        elif file.stat().st_size != size:
            found, wanted = (
                with_unit(Fraction(each), "size") for each in (file.stat().st_size, size)
            )
            raise EnvironmentProblemError(
                f"{file} has {found}, but {instance.id} stores {wanted}: "
                "move it away to begin with an empty one"
            )
    return made
