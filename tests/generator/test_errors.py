# SPDX-License-Identifier: MIT OR Apache-2.0
"""Each board under tests/errors provokes the findings its lines announce, and no others.

A line ends in `# error: BW0312` or `# warning: BW0320`, once per finding on it.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from boardwright.diagnostics import Diagnostics
from boardwright.frontend import check_file
from boardwright.load.roots import SearchRoots
from boardwright.messages import MESSAGES
from boardwright.report import human

ERRORS = Path(__file__).parent.parent / "errors"
ROOTS = SearchRoots(ERRORS / "library")
CASES = sorted(path.parent.name for path in ERRORS.glob("[0-9]*/board.yaml"))
_MARK = re.compile(r"# (error|warning): (BW[0-9]{4})")
WITHOUT_FIXTURE = {"0508", "0509"}
"""Need a packed application; tested in test_check.py and test_process_memory.py."""


def announced(directory: Path) -> Counter[tuple[str, int, str, str]]:
    found: Counter[tuple[str, int, str, str]] = Counter()
    for path in directory.rglob("*.yaml"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for severity, code in _MARK.findall(line):
                found[str(path.relative_to(directory)), number, severity, code] += 1
    return found


@pytest.mark.parametrize("case", CASES)
def test_a_bad_board_gets_exactly_the_findings_it_announces(case: str) -> None:
    directory = ERRORS / case
    diagnostics = Diagnostics()
    check_file(directory / "board.yaml", ROOTS, diagnostics)
    found: Counter[tuple[str, int, str, str]] = Counter()
    for each in diagnostics:
        path = each.span.source.path
        name = path.relative_to(directory) if path.is_relative_to(directory) else path
        found[str(name), each.span.line, each.severity, each.code] += 1
    assert found == announced(directory), human(diagnostics)


@pytest.mark.parametrize("case", CASES)
def test_a_case_announces_the_code_it_is_named_after(case: str) -> None:
    codes = {code for _, _, _, code in announced(ERRORS / case)}
    assert f"BW{case[:4]}" in codes


def test_the_base_board_has_no_findings() -> None:
    diagnostics = Diagnostics()
    assert check_file(ERRORS / "base", ROOTS, diagnostics) is not None
    assert not list(diagnostics), human(diagnostics)


def test_every_code_has_a_case() -> None:
    of_an_image = {code for code in MESSAGES if code.startswith("09")}  # test_verify.py
    assert {case[:4] for case in CASES} == set(MESSAGES) - WITHOUT_FIXTURE - of_an_image
