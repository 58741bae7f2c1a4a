# SPDX-License-Identifier: MIT OR Apache-2.0
"""At least ten wrong wirings of every HIL, each one error, exactly where it is wrong.

`wirings/HIL.txt` is a board that is right, descriptors it needs (`== part NAME`), and after
`== wrong` one wrong wiring a line: the code, what is replaced, and by what. The text that the
finding has to mark stands in angle brackets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.generator.planning import ROOT, RUNTIME

from boardwright.diagnostics import Diagnostics
from boardwright.frontend import check_file
from boardwright.load.roots import SearchRoots
from boardwright.report import human

WIRINGS = Path(__file__).parent / "wirings"
HILS = sorted(path.stem for path in (ROOT / "runtime" / "hil").glob("*.yaml"))
AT_LEAST = 10
_PIECE = re.compile(r"^== (part \w+|wrong)\n", re.MULTILINE)


@dataclass(frozen=True)
class Wrong:
    """A board made wrong in one place: `code` is due on `line`, from `column` to `end`."""

    code: str
    text: str
    line: int
    column: int
    end: int


@dataclass(frozen=True)
class Wirings:
    """A board of one HIL that is right, descriptors beside it, and what is made wrong."""

    board: str
    parts: dict[str, str]
    wrong: dict[str, Wrong]


def wirings(hil: str) -> Wirings:
    """What `wirings/HIL.txt` says."""
    board, *pieces = _PIECE.split((WIRINGS / f"{hil}.txt").read_text(encoding="utf-8"))
    found = dict(zip(pieces[::2], pieces[1::2], strict=True))
    lines = [line for line in found.pop("wrong").splitlines() if line]
    parts = {head.removeprefix("part "): text for head, text in found.items()}
    return Wirings(board, parts, {line: _wrong(board, line) for line in lines})


def _wrong(board: str, line: str) -> Wrong:
    code, right, wrong = (each.replace(r"\n", "\n") for each in line.split(" | "))
    assert board.count(right) == 1, f"not once on the board: {right}"
    before, marked, after = re.split("[<>]", board.replace(right, wrong))
    start = before.rfind("\n") + 1
    column = len(before) - start + 1
    return Wrong(
        code, before + marked + after, before.count("\n") + 1, column, column + len(marked)
    )


def findings(directory: Path, text: str, parts: dict[str, str]) -> Diagnostics:
    """What the check says of a board with descriptors beside it."""
    home = directory / "boards" / "small"
    home.mkdir(parents=True)
    (home / "board.yaml").write_text(text, encoding="utf-8")
    for name, part in parts.items():
        (home / f"{name}.yaml").write_text(part, encoding="utf-8")
    found = Diagnostics()
    check_file(home / "board.yaml", SearchRoots(RUNTIME), found)
    return found


CASES = [
    (hil, line)
    for hil in HILS
    if (WIRINGS / f"{hil}.txt").exists()
    for line in wirings(hil).wrong
]


def test_every_hil_has_ten_wrong_wirings() -> None:
    counts = {hil: sum(each == hil for each, _ in CASES) for hil in HILS}
    assert min(counts.values()) >= AT_LEAST, counts


@pytest.mark.parametrize("hil", dict.fromkeys(hil for hil, _ in CASES))
def test_the_board_is_right_before_it_is_made_wrong(tmp_path: Path, hil: str) -> None:
    given = wirings(hil)
    found = findings(tmp_path, given.board, given.parts)
    assert not list(found), human(found)


@pytest.mark.parametrize(("hil", "line"), CASES)
def test_a_wrong_wiring_is_one_error_where_it_is_wrong(
    tmp_path: Path, hil: str, line: str
) -> None:
    given = wirings(hil)
    wrong = given.wrong[line]
    found = findings(tmp_path, wrong.text, given.parts)
    said = [
        (each.code, each.span.line, each.span.column, each.span.end_column) for each in found
    ]
    assert said == [(wrong.code, wrong.line, wrong.column, wrong.end)], human(found)
