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


WAYS_OUT = [
    ("uart", "uart: <uart0>", "'uart_mux' shares it:  uart: uart_mux"),
    ("uart", "line: <uart1>", "leave it to 'tuner', or wire this to another"),
    ("uart", "uart: <[uart1]>", "uart: uart1"),
    ("uart", "{to: uart1, <baud>: 9600Bd}", "'baud' is a setting of 'uart1' itself"),
    ("time", "timer: <{frequency: 1MHz}>", "{to: alarm_mux, ...}"),
    ("time", "timer: <tick>}\\n  tick: {kind: slow}", "also offered by 'alarm_mux'"),
    ("gpio", "<PZ4>", "pads of this chip begin with 'PA', 'PB'"),
    ("gpio", "pins: [<PE0>,", "free are 'gpio_e.pin.2', 'gpio_e.pin.3'"),
    ("gpio", "<select>: {kind: select_pair}", "pin: gpio_a.0"),
    ("i2c", "address: <0x48>", "another address"),
    ("flash", "flash: <memory>", "'mux_flash' divides it into parts"),
    ("flash", "flash: <parts.part.2>", "as many as 'parts' says with 'parts'"),
    ("nonvolatile_storage", "storage: <regions.region.1>", "all elements of"),
    ("disk", "again: {kind: files, disk: <card>}", "nothing shares disk.blocks"),
    ("disk", "<block>: 512B", "edges of 'disk.blocks' have no settings"),
    ("policy", "scheduler: <{kind: fault_stop}>", "'policy.scheduler': made by 'round_robin'"),
    ("policy", "filter: <filters>", "'policy.filter': made by 'filter_allow_list'"),
    ("policy", "<order>: {kind: round_robin}", "kernel:  {scheduler: {kind: round_robin}}"),
]


@pytest.mark.parametrize(("hil", "wiring", "hint"), WAYS_OUT)
def test_a_message_shows_the_way_out(tmp_path: Path, hil: str, wiring: str, hint: str) -> None:
    given = wirings(hil)
    wrong = next(each for line, each in given.wrong.items() if wiring in line)
    (found,) = findings(tmp_path, wrong.text, given.parts)
    assert hint in found.hint, found.hint
