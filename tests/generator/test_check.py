# SPDX-License-Identifier: MIT OR Apache-2.0
"""Rules that need more than a bad board file, and what the findings say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.generator.frontend_case import ROOTS, codes, written

from boardwright.diagnostics import Diagnostics, did_you_mean, either, listed
from boardwright.frontend import check_file
from boardwright.messages import MESSAGES
from boardwright.report import as_json, human

if TYPE_CHECKING:
    from pathlib import Path

CROWDED = """\
capsules:
  log: {kind: logger, serial: uart0, driver: 17}
"""


def findings(directory: Path, text: str) -> Diagnostics:
    diagnostics = Diagnostics()
    check_file(written(directory, text), ROOTS, diagnostics)
    return diagnostics


def test_packed_applications_that_do_not_fit_are_reported(tmp_path: Path) -> None:
    text = "apps: {one: one.tbf, two: two.tbf}\n"
    board = written(tmp_path, text)
    (board.parent / "one.tbf").write_bytes(bytes(20 * 1024))
    (board.parent / "two.tbf").write_bytes(bytes(12 * 1024))
    assert codes(tmp_path, text) == []
    (board.parent / "two.tbf").write_bytes(bytes(12 * 1024 + 1))
    assert codes(tmp_path, text) == ["BW0508"]


def test_a_taken_resource_names_the_first_taker_and_the_mux_that_shares_it(
    tmp_path: Path,
) -> None:
    (found,) = findings(tmp_path, CROWDED)
    assert found.code == "BW0319"
    assert [text for _, text in found.related] == ["first taken by 'outs'"]
    assert found.hint == "'outs' shares it:  serial: outs"


def test_without_a_mux_the_kind_that_would_share_is_named(tmp_path: Path) -> None:
    text = CROWDED.replace("uart0", "uart1") + CROWDED.replace("uart0", "uart1").replace(
        "capsules:\n  log: ", "  log2: "
    ).replace("17", "18")
    (found,) = findings(tmp_path, text)
    assert found.hint.endswith("uart1_mux: {kind: share_serial, serial: uart1}")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("apps: {one: brd.yaml}\n", "did you mean 'board.yaml'?"),
        ("apps: {one: two}\n", "paths start at the directory of the file that says them"),
        (
            "capsules: {lights: {lamps: !append P1 }}\n",
            "a list is appended:  lamps: !append [P1]",
        ),
        ("capsules: {lights: lights}\n", "write  lights: !replace ...  if that is meant"),
    ],
)
def test_paths_and_tags_that_miss_have_a_way_out(tmp_path: Path, text: str, hint: str) -> None:
    (found,) = findings(tmp_path, text)
    assert found.hint == hint


def test_a_missing_edge_parameter_is_written_as_its_port_takes_it(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, "capsules: {read: {kind: reader, wire: wire0}}\n")
    assert found.hint == "write it as  wire: {to: wire0, address: ...}"


def test_who_asks_is_no_way_out_for_itself(tmp_path: Path) -> None:
    text = "muxes: {more: {kind: share_serial, serial: wire0}}\n"
    found = next(each for each in findings(tmp_path, text) if each.code == "BW0312")
    assert "'uart0'" in found.hint
    assert "'more'" not in found.hint


def test_a_name_of_which_all_parts_are_there_is_meant() -> None:
    names = ("adc_driver", "gpio_driver", "i2c_controller_driver", "mux_uart")
    assert did_you_mean("i2c_driver", names) == "did you mean 'i2c_controller_driver'?"
    assert did_you_mean("uart_mux", names) == "did you mean 'mux_uart'?"
    assert did_you_mean("gpio_drivr", names).startswith("did you mean 'gpio_driver'")


def test_a_mismatch_names_what_is_offered_and_the_adapter(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, "capsules: {more: {kind: lights, lamps: [P1], driver: 7}}\n")
    assert found.code == "BW0312"
    assert found.caret == "offers pin.output"
    assert "'lamp_pin'" in found.hint


def test_people_get_the_line_and_a_caret(tmp_path: Path) -> None:
    lines = human(findings(tmp_path, CROWDED)).splitlines()
    assert lines[0].endswith(
        "boards/case/board.yaml:5:31: error[BW0319]: "
        "'uart0' serves one client of serial.out and is already taken"
    )
    assert lines[1] == "    5 |   log: {kind: logger, serial: uart0, driver: 17}"
    assert lines[2] == f"      | {' ' * 30}^^^^^ log wants serial.out here"
    assert lines[-1] == "1 error"


def test_colour_only_on_request(tmp_path: Path) -> None:
    found = findings(tmp_path, CROWDED)
    assert "\x1b" not in human(found)
    assert "\x1b[1;31merror[BW0319]\x1b[0m" in human(found, colour=True)


def test_tools_get_json_with_the_same_facts(tmp_path: Path) -> None:
    (entry,) = json.loads(as_json(findings(tmp_path, CROWDED)))
    assert (entry["code"], entry["severity"]) == ("BW0319", "error")
    assert (entry["file"], entry["line"], entry["column"], entry["end_column"]) == (
        "boards/case/board.yaml",
        5,
        31,
        36,
    )
    assert entry["related"][0]["message"] == "first taken by 'outs'"


def test_findings_come_in_reading_order(tmp_path: Path) -> None:
    text = "budget: {rom: 1KiB}\ncapsules: {console: {bufer: 64B}}\nperipherals: {uart9: {}}\n"
    lines = [found.span.line for found in findings(tmp_path, text)]
    assert lines == sorted(lines)
    assert len(lines) == 3


def test_every_code_explains_itself() -> None:
    for code, message in MESSAGES.items():
        assert message.title, code
        assert len(message.explain) > 30, code
        assert message.explain.endswith("."), code


def test_lists_of_words_read_as_english() -> None:
    assert either(["a"]) == "'a'"
    assert either(["a", "b", "c"]) == "'a', 'b' or 'c'"
    assert listed([]) == "'nothing'" or listed([]) == "nothing"
    assert listed(str(n) for n in range(20)).endswith("and 8 more")


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        ("capsules: {console: {bufer: 64B}}\n", "bufer", "buffer"),
        ("capsules: {console: {mode: raww}}\n", "raww", "raw"),
        ("capsules: {log: {kind: loger, serial: outs}}\n", "loger", "logger"),
        ("capsules: {log: {kind: logger, serial: outz, driver: 7}}\n", "outz", "outs"),
        ("budgets: {ram: 4KiB}\n", "budgets", "budget"),
    ],
)
def test_a_misspelt_word_has_an_edit_that_cures_it(
    tmp_path: Path, text: str, wrong: str, right: str
) -> None:
    (found,) = findings(tmp_path, text)
    assert found.fix is not None
    span = found.fix.span
    assert span.source.line(span.line)[span.column - 1 : span.end_column - 1] == wrong
    assert found.fix.text == right


USED = "capsules: {lights: {lamps: !append [{kind: lamp_pin, pin: status}]}}\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("capsules: {log: {kind: logger, seral: outs, driver: 7}}\n", "BW0207"),
        (
            "kernel: {scheduler: !delete , sheduler: {kind: in_turn, timeslice: 9ms}}\n",
            "BW0207",
        ),
        (
            "nams: {status: P1}\n" + USED,
            "BW0207",
        ),
        (
            "names:\nnames: {status: P1}\n" + USED,
            "BW0101",
        ),
    ],
)
def test_what_a_misspelt_or_repeated_key_gives_is_not_missing_as_well(
    tmp_path: Path, text: str, code: str
) -> None:
    assert [found.code for found in findings(tmp_path, text)] == [code]


def test_a_missing_policy_comes_with_the_line_to_write(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, "kernel: {scheduler: !delete }\n")
    assert found.hint == "scheduler: {kind: in_turn}"


def test_a_board_without_a_budget_is_told_so_once(tmp_path: Path) -> None:
    assert [found.code for found in findings(tmp_path, "budget: !delete\n")] == ["BW0208"]


@pytest.mark.parametrize("name", ["../../elsewhere", "2go", "Ü x"])
def test_the_name_of_a_board_is_an_id(tmp_path: Path, name: str) -> None:
    file = written(tmp_path, "")
    text = file.read_text(encoding="utf-8").replace("board: case", f"board: {name}")
    file.write_text(text, encoding="utf-8")
    diagnostics = Diagnostics()
    check_file(file, ROOTS, diagnostics)
    assert [(found.code, found.span.line) for found in diagnostics] == [("BW0304", 2)]


def test_a_forgotten_colon_is_one_error_with_the_cure(tmp_path: Path) -> None:
    text = "capsules: {log: {kind: logger, serial outs, driver: 7}}\n"
    (found,) = findings(tmp_path, text)
    assert found.hint == "serial: outs"


@pytest.mark.parametrize("line", ["\tlog: {}", " \tlog: {}", "\t"])
def test_a_tab_is_called_a_tab(tmp_path: Path, line: str) -> None:
    (found,) = findings(tmp_path, f"capsules:\n{line}\n")
    assert "a tab in the indentation" in found.message


def test_there_is_no_edit_where_the_word_is_only_a_part(tmp_path: Path) -> None:
    text = "capsules: {log: {kind: logger, serial: outz.serial, driver: 7}}\n"
    (found,) = findings(tmp_path, text)
    assert "'outs'" in found.hint
    assert found.fix is None
