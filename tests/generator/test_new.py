# SPDX-License-Identifier: MIT OR Apache-2.0
"""`boardwright new`: what a project begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.generator.planning import ROOT

from boardwright.cli import main

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLE = ROOT / "examples" / "boards" / "minimal"


def without_licence(path: Path) -> str:
    first, _, rest = path.read_text().partition("\n")
    assert "SPDX" in first
    return rest


def test_a_new_board_is_the_example_under_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "boards/blinky"]) == 0
    assert capsys.readouterr().out == (
        "boards/blinky/board.yaml\nboards/blinky/hello/main.c\n"
        "to see it run: boardwright run boards/blinky\n"
    )
    text = without_licence(EXAMPLE / "board.yaml")
    assert text.count("\nboard: minimal\n") == 1
    made = (tmp_path / "boards/blinky/board.yaml").read_text()
    assert made == text.replace("\nboard: minimal\n", "\nboard: blinky\n")
    for name in ("hello/main.c",):
        made = (tmp_path / "boards/blinky" / name).read_text()
        assert made == without_licence(EXAMPLE / name)
    assert main(["check", "boards/blinky"]) == 0


@pytest.mark.parametrize("board", ["boards/blinky", "boards/vendor/blinky"])
def test_a_new_board_names_the_schema_that_the_project_has(
    board: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["schema"]) == 0
    assert main(["new", board]) == 0
    file = tmp_path / board / "board.yaml"
    first, rest = file.read_text().split("\n", 1)
    start, _, path = first.partition("=")
    assert start == "# yaml-language-server: $schema"
    assert (file.parent / path).resolve() == tmp_path / "schemas" / "board.json"
    assert rest.startswith("schema: 1\nboard: blinky\n")
    assert main(["check", board]) == 0


@pytest.mark.parametrize("there", ["board.yaml", "notes.txt", ""])
def test_what_is_there_already_stays_as_it_is(
    there: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A file in the directory, or one with its name."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mine" / there
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine")
    assert main(["new", "mine"]) == 2
    assert capsys.readouterr().err == (
        "boardwright: mine is there already, and stays as it is\n"
    )
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [path]
    assert path.read_text() == "mine"


def test_the_current_directory_becomes_a_board_while_it_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert main(["new", "."]) == 0
    assert "\nboard: here\n" in (tmp_path / "here/board.yaml").read_text()
    assert main(["check", "."]) == 0


@pytest.mark.parametrize("name", ["boards/Blinky", "boards/my-board", "boards/board.yaml"])
def test_a_name_that_no_board_can_have_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", name]) == 2
    assert list(tmp_path.iterdir()) == []
