# SPDX-License-Identifier: MIT OR Apache-2.0
"""The bugs of the field by number: tests/scenarios.yaml and the tests it names agree.

Scenarios that no other file has a place for are at the end.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from tests.architecture.tree import ROOT, descriptor
from tests.generator.planning import plan_text
from tests.host.queue_mux import CLIENTS, KINDS, Err, Kind, Mux, Outcome

if TYPE_CHECKING:
    from pathlib import Path

TESTS = ROOT / "tests"
# Those that were found in the field; the others of 1 to 103 are no scenarios.
NOT_NUMBERED = {18, 22, 33, 43, 53, 61, 62, 67, 72, 73, 77, 82, 85, 86, 88, 93, 94, 97}
NUMBERS = set(range(1, 104)) - NOT_NUMBERED
COMMENT = re.compile(r"#.*\bbugs? ((?:\d+(?: [a-d])?(?:, | and )?)+)")


@cache
def scenarios() -> dict[int, dict[str, Any]]:
    read = descriptor(TESTS / "scenarios.yaml")
    return {int(number): entry for number, entry in read.items()}


@cache
def functions(path: Path) -> dict[str, tuple[int, int]]:
    """First and last line of each test in a file."""
    return {
        node.name: (node.lineno, node.end_lineno or node.lineno)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_scenario_is_tried_or_says_why_not() -> None:
    assert set(scenarios()) == NUMBERS
    for number, entry in scenarios().items():
        assert set(entry) in ({"what", "tests"}, {"what", "not"}), number


@pytest.mark.parametrize("number", sorted(NUMBERS))
def test_what_is_named_is_there(number: int) -> None:
    for each in scenarios()[number].get("tests", []):
        file, _, name = each.partition("::")
        assert name in functions(TESTS / file), each


def test_a_test_that_carries_a_number_is_named_by_it() -> None:
    """A comment in a test, or on a constant of a file, which then is named somewhere."""
    seen = 0
    for path in sorted(TESTS.glob("*/test_*.py")):
        file = path.relative_to(TESTS).as_posix()
        for line, text in enumerate(path.read_text().splitlines(), 1):
            found = COMMENT.search(text)
            if found is None:
                continue
            inside = [n for n, (a, b) in functions(path).items() if a <= line <= b]
            wanted = f"{file}::{inside[0]}" if inside else file
            for number in map(int, re.findall(r"\d+", found.group(1))):
                named = scenarios()[number].get("tests", [])
                assert any(each.startswith(wanted) for each in named), f"{number}: {wanted}"
                seen += 1
    assert seen > 50


# -- scenarios of no other file ----------------------------------------------------------------

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.mux)


@every_kind
def test_after_a_cancelled_request_the_next_client_receives(kind: Kind) -> None:  # bug 68
    for too_late in (False, True):
        mux = Mux(kind)
        mux.hardware.too_late = too_late
        assert mux.start(0) == Err.OK
        outcome = Outcome.TOO_LATE if too_late else Outcome.CANCELLED
        assert mux.cancel(0) == (Err.OK, outcome)
        assert mux.start(1) == Err.OK
        mux.settle()
        assert mux.ends == [(0, Err.OK if too_late else Err.CANCEL), (1, Err.OK)]


@every_kind
def test_every_place_in_the_list_is_accepted_alike(kind: Kind) -> None:  # bug 83
    for first in range(CLIENTS):
        for second in set(range(CLIENTS)) - {first}:
            mux = Mux(kind)
            assert (mux.start(first), mux.start(second)) == (Err.OK, Err.OK)
            mux.settle()
            assert mux.ends == [(first, Err.OK), (second, Err.OK)]


def test_the_table_of_deferred_calls_grows_with_the_board(tmp_path: Path) -> None:  # bug 59
    counts = []
    for count in (1, 2, 40):
        capsules = "".join(
            f"  c{n}: {{kind: sha, digest: {{kind: soft_sha256}}, driver: {0x80000 + n}}}\n"
            for n in range(count)
        )
        plan = plan_text(tmp_path / str(count), f"capsules:\n{capsules}").plan
        counts.append(len(plan.deferred))
    assert [each - counts[0] for each in counts] == [0, 1, 39]
