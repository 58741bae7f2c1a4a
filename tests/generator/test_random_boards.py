# SPDX-License-Identifier: MIT OR Apache-2.0
"""Any board drawn from the catalogue that passes the check compiles without a warning."""

from __future__ import annotations

import random
import re
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from tests.generator import random_boards
from tests.generator.planning import RUNTIME
from tests.generator.random_boards import (
    ROOTS,
    Tree,
    boards,
    chain_of,
    chips,
    kinds_of,
    permuted,
)

from boardwright.diagnostics import Diagnostics
from boardwright.pipeline import Planned, planned
from boardwright.render import rendered
from boardwright.resolve.sections import SECTION_ROOMS

if TYPE_CHECKING:
    from boardwright.descriptors import Component

WARNINGS = "-pedantic -Wall -Wextra -Wmissing-prototypes -Wcast-qual -Wconversion -Werror"
EXAMPLES = 4
"""Boards drawn for each kind; so few that one of them passes is asked for."""
bounded = settings(
    max_examples=40,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # the board is printed, and shrinking takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def plan_of(home: Path, text: str, *, checked: bool = False) -> Planned | None:
    """The plan of a drawn board; None if the check refuses it."""
    board = home / "boards" / "drawn" / "board.yaml"
    board.parent.mkdir(parents=True, exist_ok=True)
    # Far down in the file, so that every line's number has as many digits.
    board.write_text("#\n" * 100 + text, encoding="utf-8")
    return planned(board, ROOTS, Diagnostics(), checked=checked)


def compiled(home: Path, plan: Planned) -> str:
    """What the compiler says of a board's C; "" if nothing."""
    for name, text in rendered(plan.plan).items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    arch = plan.plan.arch
    includes = [RUNTIME, RUNTIME / "arch" / arch.name, home, home / "include"]
    done = subprocess.run(
        [
            f"{arch.tools}gcc",
            *arch.flags,
            *("-std=c11", "-ffreestanding", "-Os", "-c", "-o", "/dev/null"),
            *WARNINGS.split(),
            *(f"-I{path}" for path in includes),
            "board.c",
        ],
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr if done.returncode else ""


def possible() -> list[Component]:
    """The kinds that a board of some chip can have."""
    kinds = [each for section in SECTION_ROOMS for each in kinds_of(section)]
    peripherals = list(chips().values())
    return [each for each in kinds if any(chain_of(each, parts) for parts in peripherals)]


@pytest.mark.parametrize("kind", [each.name for each in possible()])
def test_a_board_with_it_that_passes_check_compiles(kind: str) -> None:
    seen: Counter[str] = Counter()
    (wanted,) = (each for each in possible() if each.name == kind)

    @settings(bounded, max_examples=EXAMPLES)
    @given(boards(wanted))
    def compiles(tree: dict[str, Tree]) -> None:
        text = random_boards.text(tree)
        with tempfile.TemporaryDirectory() as place:
            for checked in (False, True):
                plan = plan_of(Path(place), text, checked=checked)
                if plan is None:
                    event("refused")
                    return
                seen.update({each.component.name for each in plan.board.instances})
                said = compiled(Path(place) / "gen", plan)
                assert not said, f"{text}\n{said}"

    compiles()
    assert seen[kind], "on none of the drawn boards that passed the check"


@bounded
@given(boards(), st.integers(0, 2**32))
def test_the_order_of_keys_changes_no_byte(tree: dict[str, Tree], seed: int) -> None:
    other = permuted(tree, random.Random(seed))  # noqa: S311 - repeatable, not secret
    with tempfile.TemporaryDirectory() as place:
        first = plan_of(Path(place), random_boards.text(tree))
        second = plan_of(Path(place), random_boards.text(other))
    assert (first is None) == (second is None)
    if first is not None and second is not None:
        assert without_lines(first) == without_lines(second)


def without_lines(plan: Planned) -> dict[str, str]:
    """Every generated file, without the lines of the board that its comments name."""
    line = re.compile(r"(boards/drawn/board\.yaml):\d+")
    return {name: line.sub(r"\1:N", text) for name, text in rendered(plan.plan).items()}
