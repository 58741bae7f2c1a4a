# SPDX-License-Identifier: MIT OR Apache-2.0
"""`--variant`: one of a board file's variants is what is generated, checked and built."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.generator.planning import write_board

from boardwright.cli import main

if TYPE_CHECKING:
    from pathlib import Path

BODY = """\
capsules:
  console: {kind: console, uart: uart0}
  alarm: {kind: alarm, timer: timer0}
variants:
  quiet: {capsules: {alarm: !delete }}
  broken: {capsules: {alarm: {rate: 3Hz}}}
"""


@pytest.fixture
def board(tmp_path: Path) -> Path:
    return write_board(tmp_path, BODY).parent


def test_a_variant_has_a_build_folder_of_its_own(board: Path, tmp_path: Path) -> None:
    assert main(["generate", str(board)]) == 0
    assert main(["generate", str(board), "--variant", "quiet"]) == 0
    assert main(["generate", str(board), "--variant", "quiet", "--checked"]) == 0
    build = tmp_path / "build"
    assert "board_alarm" in (build / "small/gen/board.c").read_text()
    assert "board_alarm" not in (build / "small-quiet/gen/board.c").read_text()
    assert (build / "small-quiet/checked/gen/board.c").is_file()


def test_what_is_generated_says_which_variant_it_is(board: Path, tmp_path: Path) -> None:
    main(["generate", str(board), "--variant", "quiet"])
    main(["generate", str(board)])
    home = tmp_path / "build/small-quiet/gen"
    assert json.loads((home / "manifest.json").read_text())["variant"] == "quiet"
    assert "# Board small, variant quiet\n" in (home / "board.md").read_text()
    assert "Board small, variant quiet, generated" in (home / "board.c").read_text()
    plain = json.loads((tmp_path / "build/small/gen/manifest.json").read_text())
    assert "variant" not in plain


def test_a_variant_builds(
    board: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", str(board), "--variant", "quiet"]) == 0
    assert (tmp_path / "build/small-quiet/small.elf").is_file()
    assert "small, variant quiet: kernel takes" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["check", "generate", "build", "run", "syscalls"])
def test_an_unknown_variant_is_a_usage_error_with_the_known_ones(
    board: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert main([command, str(board), "--variant", "quite"]) == 2
    said = capsys.readouterr().err
    assert "no variant 'quite'; it has 'quiet' and 'broken'" in said


def test_check_looks_at_all_variants_or_at_the_one_it_is_told(board: Path) -> None:
    assert main(["check", str(board)]) == 1
    assert main(["check", str(board), "--variant", "broken"]) == 1
    assert main(["check", str(board), "--variant", "quiet"]) == 0


@pytest.mark.parametrize(
    ("variant", "said"),
    [
        ("chip: lm3s6965", "note: in this variant, for another chip: say here what is to be"),
        ("chip: mps2_an386, kernel: {scheduler: !delete }", "note: in this variant\n"),
        ("chip: lm3s6965, capsules: {leds: !delete }", None),
    ],
)
def test_a_variant_for_another_chip_is_told_to_say_what_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], variant: str, said: str | None
) -> None:
    leds = "capsules: {leds: {kind: led_driver, leds: [fpgaio.led.0]}}\n"
    board = write_board(tmp_path, f"{leds}variants:\n  other: {{{variant}}}\n").parent
    assert main(["check", str(board)]) == int(said is not None)
    assert (said or "") in capsys.readouterr().err


def test_the_driver_table_is_that_of_the_variant(
    board: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["syscalls", str(board), "--format", "json", "--variant", "quiet"]) == 0
    assert "alarm" not in capsys.readouterr().out
