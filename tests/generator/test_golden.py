# SPDX-License-Identifier: MIT OR Apache-2.0
"""The output as a reviewer sees it: all files of the demo board, the C of its checked build.

The board `golden/wired` has what the demo has not; of it stands the C, and its page.

After an intended change: `BOARDWRIGHT_GOLDEN=update pytest tests/generator/test_golden.py`,
then read the diff.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.generator.planning import BOARD, plan_file
from tests.generator.test_edges import BEAM

from boardwright.render import rendered

GOLDEN = Path(__file__).parents[1] / "golden"
WIRED = GOLDEN / "wired" / "board.yaml"


def outputs() -> dict[str, str]:
    """Every golden file by its path in the golden tree."""
    release = rendered(plan_file(BOARD).plan)
    checked = rendered(plan_file(BOARD, checked=True).plan)
    wired = rendered(plan_file(WIRED, components=(BEAM,)).plan)
    files = {f"mps2_an386/release/{name}": text for name, text in release.items()}
    for name in ("board.c", "monitors.c", "monitors.h"):
        files[f"mps2_an386/checked/{name}"] = checked[name]
    for name in ("board.c", "board.md"):
        files[f"wired/{name}"] = wired[name]
    return files


def stored() -> set[str]:
    found = {path for path in GOLDEN.rglob("*") if path.is_file()} - {WIRED}
    return {path.relative_to(GOLDEN).as_posix() for path in found}


if os.environ.get("BOARDWRIGHT_GOLDEN") == "update":
    for stale in stored():
        (GOLDEN / stale).unlink()
    for name, text in outputs().items():
        path = GOLDEN / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", sorted(outputs()))
def test_the_output_is_the_golden_one(name: str) -> None:
    assert outputs()[name] == (GOLDEN / name).read_text(encoding="utf-8")


def test_there_is_no_golden_file_too_many() -> None:
    assert stored() == set(outputs())
