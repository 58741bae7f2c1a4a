# SPDX-License-Identifier: MIT OR Apache-2.0
"""One mistake in a board is one error, on a line that exists, and never a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.generator.mutations import (
    WANTED,
    WANTED_OF_DESCRIPTORS,
    WANTED_PAIRS,
    Bench,
    boards,
    mutations,
    offenders,
    outcome,
    outcome_of_descriptors,
    pairs,
    roots_of,
    table,
)

from boardwright.diagnostics import Diagnostics
from boardwright.frontend import check_file
from boardwright.report import human

if TYPE_CHECKING:
    from pathlib import Path

BOARDS = boards()


def test_one_mistake_is_one_error(capsys: pytest.CaptureFixture[str]) -> None:
    result = outcome(BOARDS)
    with capsys.disabled():
        print(f"\n{table(result)}")
    assert result.share >= WANTED, offenders(result)


def test_one_mistake_in_a_descriptor_is_one_error() -> None:
    result = outcome_of_descriptors(each=16)
    assert result.share >= WANTED_OF_DESCRIPTORS, offenders(result)


def test_one_mistake_does_not_hide_another(capsys: pytest.CaptureFixture[str]) -> None:
    result = pairs(BOARDS)
    with capsys.disabled():
        print(f"\n{result}")
    assert result.share >= WANTED_PAIRS


def test_every_board_is_made_of_mistakes_of_every_kind() -> None:
    for board in BOARDS:
        kinds = {mutation.kind for mutation in mutations(board.read_text(encoding="utf-8"))}
        assert {"line dropped", "line twice", "re-indented", "word misspelt"} <= kinds
        assert {"wrong type", "empty value"} <= kinds


@pytest.mark.parametrize("board", BOARDS, ids=lambda path: path.parent.name)
def test_a_board_to_mutate_is_right(board: Path) -> None:
    text = board.read_text(encoding="utf-8")
    assert not Bench(board).checked(text).failed, human(Bench(board).checked(text))


@pytest.mark.parametrize("board", BOARDS, ids=lambda path: path.parent.name)
def test_descriptors_read_once_give_the_findings_of_a_fresh_run(board: Path) -> None:
    bench = Bench(board)
    for mutation in list(mutations(board.read_text(encoding="utf-8")))[::60]:
        bench.checked(mutation.text)
    text = board.read_text(encoding="utf-8")
    assert list(bench.checked(text)) == list(fresh(board, text))
    for mutation in list(mutations(text))[::60]:
        assert list(bench.checked(mutation.text)) == list(fresh(board, mutation.text))


def fresh(board: Path, text: str) -> Diagnostics:
    """The same with nothing kept: the text is put in the place of the file's."""
    diagnostics = Diagnostics()
    with pytest.MonkeyPatch.context() as patch:
        read = type(board).read_text

        def replaced(path: Path, **options: str) -> str:
            return text if path == board else read(path, **options)

        patch.setattr(type(board), "read_text", replaced)
        check_file(board, roots_of(board), diagnostics)
    return diagnostics
