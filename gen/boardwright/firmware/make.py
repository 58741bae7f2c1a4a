# SPDX-License-Identifier: MIT OR Apache-2.0
"""Run make in a generated directory: the same that a user without Python would run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from boardwright.firmware.error import (
    BuildError,
    EnvironmentProblemError,
    TooLargeError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from boardwright.plan import Plan

_OVER = re.compile(r"region `(FLASH|RAM)' overflowed by (\d+) bytes?")


@dataclass(frozen=True, slots=True)
class Firmware:
    """What a build leaves: the kernel with symbols, and the whole flash twice."""

    elf: Path
    bin: Path
    hex: Path
    map: Path


def make_firmware(plan: Plan, generated: Path, *, jobs: int) -> Firmware:
    """Build what was generated, in its usual place, into the directory above.

    Raises EnvironmentProblemError where a tool is missing, BuildError with the output of
    the tool that failed, TooLargeError where that is the linker for want of space.
    """
    require_tools(plan)
    _make(plan, generated, [], jobs)
    image = generated.parent / plan.board
    return Firmware(
        image.with_name(f"{plan.board}.elf"),
        image.with_name(f"{plan.board}.bin"),
        image.with_name(f"{plan.board}.hex"),
        image.with_name(f"{plan.board}.map"),
    )


def make_objects(
    plan: Plan, generated: Path, objects: Sequence[str], options: str, *, jobs: int
) -> None:
    """Compile `objects` of the same with further options for the compiler, link nothing.

    Raises EnvironmentProblemError and BuildError.
    """
    require_tools(plan)
    words = [f"optimise=-Os {options}", *(f"../obj/{each}" for each in objects)]
    _make(plan, generated, words, jobs)


def _make(plan: Plan, generated: Path, words: Sequence[str], jobs: int) -> None:
    command = ["make", "--no-print-directory", "-s", f"-j{jobs}", "-C", str(generated), *words]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "LC_ALL": "C", "MAKEFLAGS": ""},
        check=False,
    )
    if done.returncode != 0:
        words = _seen_from_here(done.stdout.strip(), plan)
        text = f"the firmware does not build:\n{words}"
        over = {name: int(size) for name, size in _OVER.findall(words)}
        raise TooLargeError(text, over) if over else BuildError(text)


def require_tools(plan: Plan) -> None:
    """Raise EnvironmentProblemError where the compiler or make is missing."""
    for tool, package in ((f"{plan.arch.tools}gcc", plan.arch.package), ("make", "make")):
        if shutil.which(tool) is None:
            raise EnvironmentProblemError(
                f"{tool} is not installed; on Debian: apt install {package}"
            )


def _seen_from_here(text: str, plan: Plan) -> str:
    """The tools' words with file names that can be opened from the current directory."""
    for root in plan.roots:
        text = text.replace(f"{root.default}/", f"{os.path.relpath(root.directory)}/")
    return text
