# SPDX-License-Identifier: MIT OR Apache-2.0
"""What `explain` says: of every code a wrong and a right example, which are run here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.generator.planning import RUNTIME

from boardwright.cli import main
from boardwright.diagnostics import Diagnostics
from boardwright.explain.examples import Example, examples
from boardwright.frontend import check_file
from boardwright.load.roots import SearchRoots
from boardwright.messages import MESSAGES
from boardwright.report import human

if TYPE_CHECKING:
    from pathlib import Path

CODES = sorted(examples().wrong)


def findings(directory: Path, example: Example) -> Diagnostics:
    home = directory / "boards" / "example"
    for name in examples().beside:
        (home / name).mkdir(parents=True)
    for name, text in example.whole(examples().head).items():
        (home / name).write_text(text, encoding="utf-8")
    diagnostics = Diagnostics()
    check_file(home / "board.yaml", SearchRoots(RUNTIME), diagnostics)
    return diagnostics


@pytest.mark.parametrize("code", CODES)
def test_a_wrong_example_provokes_exactly_its_code(code: str, tmp_path: Path) -> None:
    found = findings(tmp_path, examples().wrong[code])
    assert {each.code for each in found} == {f"BW{code}"}, human(found)


@pytest.mark.parametrize("code", CODES)
def test_a_right_example_has_no_finding(code: str, tmp_path: Path) -> None:
    found = findings(tmp_path, examples().right[code])
    assert not len(found), human(found)


def test_every_code_has_examples_or_a_reason_why_not() -> None:
    assert set(CODES) == set(examples().right)
    assert set(CODES) | set(examples().building) == set(MESSAGES)
    assert not set(CODES) & set(examples().building)


# --- explain CODE -------------------------------------------------------------------------


def explained(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["explain", *words]) == 0
    return capsys.readouterr().out


def test_without_a_code_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    lines = explained(capsys).splitlines()
    assert [line[:6] for line in lines] == [f"BW{code}" for code in sorted(MESSAGES)]
    assert "BW0312  interfaces do not match" in lines
    assert "BW0320  without client (warning)" in lines


@pytest.mark.parametrize("word", ["BW0312", "bw0312", "0312", "312", "bw312"])
def test_a_code_is_known_however_it_is_written(
    word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explained(capsys, word).startswith("BW0312: interfaces do not match (error)\n")


def test_a_code_comes_with_its_long_form_and_both_examples(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = explained(capsys, "0312")
    assert MESSAGES["0312"].explain in " ".join(text.split())
    wrong, _, right = text.partition("\nRight:\n")
    assert "\nWrong:\n\n    capsules:\n      console: {kind: console, uart: timer0}\n" in wrong
    assert "uart: uart0}" in right
    assert "    chip: mps2_an386\n" in right


def test_an_example_of_several_files_names_them(capsys: pytest.CaptureFixture[str]) -> None:
    text = explained(capsys, "0703")
    assert "    # chime.yaml\n    schema: 1\n    component: chime\n" in text
    assert text.count("# board.yaml") == 1
    assert "\nRight, the other files as above:\n\n    # chime.yaml\n" in text


@pytest.mark.parametrize("code", sorted(examples().building))
def test_a_code_without_examples_says_why(
    code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = " ".join(explained(capsys, code).split())
    assert f"No board file alone provokes this: {examples().building[code]}." in text
    assert "Wrong" not in text


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_every_page_fits_a_terminal_but_for_its_examples(
    code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for line in explained(capsys, code).splitlines():
        assert len(line) <= 88 or line.startswith("    ")
        assert "{" not in line or line.startswith("    ")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("BW0321x", "'BW0321x' is no code"),
        ("0399", "there is no BW0399; did you mean"),
        ("9999", "there is no BW9999; "),
    ],
)
def test_an_unknown_code_is_a_usage_error(
    word: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", word]) == 2
    assert said in capsys.readouterr().err


def test_codes_as_json_have_whole_files(capsys: pytest.CaptureFixture[str]) -> None:
    (page,) = json.loads(explained(capsys, "0312", "--format", "json"))
    assert page["title"] == "interfaces do not match"
    assert page["wrong"]["board.yaml"].startswith("schema: 1\nboard: example\n")
    every = json.loads(explained(capsys, "--format", "json"))
    assert [page["code"] for page in every] == [f"BW{code}" for code in sorted(MESSAGES)]
