# SPDX-License-Identifier: MIT OR Apache-2.0
"""Clocks that a board chooses and code sets up; tests/target/test_clocks.py boots one."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.generator.planning import KERNEL, RUNTIME

from boardwright.diagnostics import Diagnostics
from boardwright.firmware import make_firmware
from boardwright.load.roots import SearchRoots
from boardwright.pipeline import Planned, generated, planned
from boardwright.render import rendered
from boardwright.report import human

TUNED = Path(__file__).parent / "components" / "tuned"
ROOTS = SearchRoots(RUNTIME, (TUNED,))
BODY = """\
schema: 1
board: small
chip: tuned
capsules:
  console: {kind: console, uart: uart0}
"""


def plan_of(directory: Path, more: str = "", *, checked: bool = False) -> Planned:
    home = directory / "boards" / "small"
    home.mkdir(parents=True, exist_ok=True)
    path = home / "board.yaml"
    path.write_text(BODY + more + KERNEL)
    diagnostics = Diagnostics()
    found = planned(path, ROOTS, diagnostics, checked=checked)
    assert found is not None, human(diagnostics)
    return found


def board_init(made: Planned) -> str:
    text = rendered(made.plan)["board.c"]
    start = text.index("enum err board_init(void)")
    return text[start : text.index("\n}\n", start)]


def test_clocks_are_set_up_before_anything_else_sources_first(tmp_path: Path) -> None:
    text = board_init(plan_of(tmp_path))
    calls = [line.split("=")[1].strip() for line in text.splitlines() if "err = " in line]
    assert calls[:2] == ["tuned_clock_set(25000000u);", "tuned_clock_set(12500000u);"]
    assert calls[2] == "tuned_clock_divide(25000u);"
    assert calls[3].startswith("cmsdk_uart_init")
    assert 'kernel_init_failed("clock slow", "<tuned>/tuned.yaml:8", err);' in text


def test_the_boards_choice_reaches_the_code_and_what_is_derived(tmp_path: Path) -> None:
    made = plan_of(tmp_path, "clocks: {main: 20MHz}\n")
    assert "tuned_clock_set(20000000u)" in board_init(made)
    assert "    .divisor = 174,\n" in rendered(made.plan)["board.c"]
    page = rendered(made.plan)["board.md"]
    assert "1. `tuned_clock_set` for 20000000 Hz, clock main\n2. `tuned_clock_set` for" in page
    assert "4. `cmsdk_uart_init` of uart0" in page


@pytest.mark.parametrize("checked", [False, True])
def test_it_compiles_without_a_warning(tmp_path: Path, checked: bool) -> None:
    made = plan_of(tmp_path, checked=checked)
    directory = generated(made).directory
    assert make_firmware(made.plan, directory, jobs=2).elf.is_file()
