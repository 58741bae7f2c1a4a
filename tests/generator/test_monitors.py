# SPDX-License-Identifier: MIT OR Apache-2.0
"""Monitors as they are generated: for every HIL of the tree, clean C, laid out as the rest."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.generator.planning import BOARD, ROOT, RUNTIME, plan_file
from tests.generator.test_render import clang_format

from boardwright.diagnostics import Diagnostics
from boardwright.load.library import Library
from boardwright.load.roots import Files, SearchRoots
from boardwright.plan.monitors import is_watched, monitor_type
from boardwright.render import rendered

if TYPE_CHECKING:
    from pathlib import Path

    from boardwright.plan.monitor_types import MonitorType

WARNINGS = ["-Wall", "-Wextra", "-Wmissing-prototypes", "-Wcast-qual", "-Wconversion"]


def every_type() -> dict[str, MonitorType | None]:
    """The monitor of each interface of the tree that is to be watched."""
    library = Library(Files(SearchRoots(RUNTIME), RUNTIME), Diagnostics())
    found = {}
    for name in sorted(path.stem for path in (RUNTIME / "hil").glob("*.yaml")):
        hil = library.hil(name)
        assert hil is not None
        for interface in hil.interfaces.values():
            if is_watched(interface):
                found[interface.name] = monitor_type(hil, interface)
    return found


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """monitors.c and monitors.h for all of them."""
    types = tuple(made for made in every_type().values() if made is not None)
    plan = replace(plan_file(BOARD, checked=True).plan, monitors=types)
    home = tmp_path_factory.mktemp("monitors")
    for name, text in rendered(plan).items():
        if name.startswith("monitors."):
            (home / name).write_text(text)
    return home


def test_every_interface_that_calls_back_can_be_watched() -> None:
    found = every_type()
    assert {"uart.transmit", "time.alarm", "uart.configure"} <= set(found)
    assert [name for name, made in found.items() if made is None] == []


def test_monitors_compile_without_a_warning(written: Path) -> None:
    command = ["arm-none-eabi-gcc", "-mcpu=cortex-m3", "-mthumb", "-std=c11", "-pedantic"]
    command += [*WARNINGS, "-Werror", "-ffreestanding", "-Os", "-fsyntax-only"]
    command += [f"-I{written}", f"-I{RUNTIME}", str(written / "monitors.c")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(clang_format() is None, reason="clang-format is not installed")
def test_the_formatter_has_nothing_to_do(written: Path) -> None:
    (written / ".clang-format").write_bytes((ROOT / ".clang-format").read_bytes())
    done = subprocess.run(
        [str(clang_format()), "--dry-run", "--Werror", "monitors.c", "monitors.h"],
        cwd=written,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
