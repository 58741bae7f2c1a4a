# SPDX-License-Identifier: MIT OR Apache-2.0
"""The same board gives the same bytes: any hash seed, any directory, any rerun."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.generator.planning import BOARD, ROOT

if TYPE_CHECKING:
    from pathlib import Path


def generated(project: Path, seed: str, *arguments: str) -> dict[str, bytes]:
    """What a fresh process generates for the board in `project`."""
    board = project / "boards" / BOARD.name
    subprocess.run(
        [sys.executable, "-m", "boardwright", "generate", str(board), *arguments],
        cwd=project,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(project / "gen")},
        check=True,
        capture_output=True,
    )
    home = project / "build" / BOARD.name / ("checked/gen" if arguments else "gen")
    files = [path for path in home.rglob("*") if path.is_file()]
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def projects(tmp_path: Path) -> list[Path]:
    """Two copies of the project at places of different depth and length."""
    places = [tmp_path / "a", tmp_path / "somewhere" / "else entirely" / "b"]
    for place in places:
        for name in ("gen", "runtime", "templates", "boards", "examples"):
            shutil.copytree(
                ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__")
            )
    return places


@pytest.mark.parametrize("arguments", [(), ("--checked",)])
def test_seed_and_directory_change_no_byte(
    projects: list[Path], arguments: tuple[str, ...]
) -> None:
    first = generated(projects[0], "0", *arguments)
    second = generated(projects[1], "4711", *arguments)
    assert first == second
    assert "board.c" in first
    assert "manifest.json" in first


def test_a_checkout_known_by_a_link_gives_what_it_gives_by_its_name(
    projects: list[Path], tmp_path: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(projects[0], target_is_directory=True)
    by_link = generated(link, "1")
    shutil.rmtree(projects[0] / "build")
    assert generated(projects[0], "1") == by_link
    assert b"RUNTIME ?= ../../../runtime\n" in by_link["Makefile"]


def test_a_second_run_changes_nothing(projects: list[Path]) -> None:
    first = generated(projects[0], "1")
    home = projects[0] / "build" / BOARD.name / "gen"
    times = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    assert generated(projects[0], "2") == first
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == times
