# SPDX-License-Identifier: MIT OR Apache-2.0
"""`boardwright fix`: the edits, what they leave alone, and when nothing is written."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tests.generator.buses import BOARD as BUSES
from tests.generator.buses import LIBRARY
from tests.generator.frontend_case import ERRORS
from tests.generator.frontend_case import ROOTS as ERROR_ROOTS
from tests.generator.planning import HEAD, KERNEL, RUNTIME
from tests.generator.test_errors import CASES

from boardwright.cli import main
from boardwright.diagnostics import Diagnostics
from boardwright.fix import fixed
from boardwright.frontend import check_file
from boardwright.load.roots import SearchRoots
from boardwright.report import human

if TYPE_CHECKING:
    from pathlib import Path

ROOTS = SearchRoots(RUNTIME)
CONSOLE = "  console: {kind: console, uart: uart0}   # the first\n"
DEBUG = "  debug: {kind: low_level_debug, uart: uart0}\n"
SHELL = "  alarm: {kind: alarm, timer: timer0}\n"
MUX = "{kind: mux_uart, uart: uart0}"


def board(directory: Path, text: str, name: str = "small") -> Path:
    path = directory / "boards" / name / "board.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def findings(file: Path, roots: SearchRoots = ROOTS) -> Diagnostics:
    found = Diagnostics()
    check_file(file, roots, found)
    return found


def made(file: Path) -> str:
    """The text after a run that leaves no finding, and a second that finds nothing."""
    result = fixed(file, ROOTS)
    assert not list(result.left), human(result.left)
    result.write()
    assert not list(findings(file))
    again = fixed(file, ROOTS)
    assert (again.files, again.steps) == ({}, ())
    return file.read_bytes().decode()


# --- spelling ----------------------------------------------------------------------------

# Cases of tests/errors that carry edits: what is said of them, and the codes then left.
EDITS = {
    "0201_instances": (0, None),
    "0205_enum": (1, []),
    "0207_emulator": (0, None),
    "0207_unknown_key": (2, None),
    "0301_unknown_chip": (1, ["BW0208", "BW0307"]),
    "0306_policy_of_settings": (1, ["BW0506", "BW0506"]),
    "0306_unknown_kind": (2, ["BW0501", "BW0326"]),
    "0310_unknown_driver": (2, None),
    "0312_policy_of_an_application": (1, None),
    "0316_misspelt_over_a_name": (1, []),
    "0316_misspelt_parameter": (1, []),
    "0316_unknown_edge_parameter": (0, None),
    "0319_capacity": (1, ["BW0319"]),
    "0410_layout": (0, None),
    "0601_deletes_nothing": (0, None),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_board_has_the_edits_it_is_known_for(case: str, tmp_path: Path) -> None:
    shutil.copytree(ERRORS / case, tmp_path / case)
    shutil.copytree(ERRORS / "base", tmp_path / "base")
    shutil.copytree(ERRORS / "library", tmp_path / "library")
    roots = SearchRoots(tmp_path / "library")
    file = tmp_path / case / "board.yaml"
    before = findings(file, roots)
    result = fixed(file, roots)
    steps, left = EDITS.get(case, (0, None))
    assert len(result.steps) == steps, (result.steps, human(result.left))
    assert left is None or [each.code for each in result.left] == left
    if not any(each.fix or each.share for each in before):
        assert case not in EDITS
        assert not result.files
    if len(before) and all(each.fix for each in before) and not result.worse:
        result.write()
        carried = {each.code for each in before}
        assert not carried & {each.code for each in findings(file, roots)}
        assert fixed(file, roots).steps == ()
    doubled = [each for each in result.left if each.code == "BW0101"]
    assert len(doubled) <= sum(each.code == "BW0101" for each in before)


def test_no_edit_replaces_more_than_a_word() -> None:
    for case in CASES:
        for each in findings(ERRORS / case / "board.yaml", ERROR_ROOTS):
            if each.fix is not None:
                span = each.fix.span
                word = span.source.line(span.line)[span.column - 1 : span.end_column - 1]
                assert " " not in word, each


def test_spelling_and_what_comes_to_light_behind_it(tmp_path: Path) -> None:
    text = HEAD + "capsules:\n" + CONSOLE + DEBUG.replace("level_debug", "level_debugg")
    result = fixed(board(tmp_path, text + KERNEL), ROOTS)
    assert [each.rpartition(" ")[2] for each in result.steps] == ["(BW0306)", "(BW0319)"]
    assert not list(result.left)


def test_a_packaged_file_is_not_edited(tmp_path: Path) -> None:
    shutil.copytree(ERRORS / "library", tmp_path / "library")
    case = tmp_path / "library" / "0205_enum"
    shutil.copytree(ERRORS / "0205_enum", case)
    shutil.copytree(ERRORS / "base", tmp_path / "library" / "base")
    file = case / "board.yaml"
    assert fixed(file, SearchRoots(tmp_path / "library")).files == {}
    assert fixed(file, ERROR_ROOTS).files != {}


# --- a mux -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "third", ["", "  other: {kind: low_level_debug, uart: uart0, driver: 9}\n"]
)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"muxes:\n  uart0_mux: {MUX}\n"),
        ("muxes:\n", f"muxes:\n  uart0_mux: {MUX}\n"),
        ("muxes: # shared\n", f"muxes: # shared\n  uart0_mux: {MUX}\n"),
        ("muxes: {}\n", f"muxes: {{uart0_mux: {MUX}}}\n"),
    ],
)
def test_clients_get_a_mux(before: str, after: str, third: str, tmp_path: Path) -> None:
    tail = "# these\ncapsules:\n" + CONSOLE + DEBUG + third
    file = board(tmp_path, HEAD + before + tail + KERNEL)
    tail = tail.replace("uart: uart0", "uart: uart0_mux")
    assert made(file) == HEAD + after + tail + KERNEL


def test_comments_stay_with_the_section_below_them(tmp_path: Path) -> None:
    kernel = KERNEL.replace("{kind: round_robin}", "\n    kind: round_robin  # in turn")
    kernel, budget = kernel.split("budget", 1)
    tail = "\n# These are called.\n\ncapsules:\n" + CONSOLE + DEBUG
    file = board(tmp_path, f"{HEAD}budget{budget}{kernel}{tail}")
    tail = tail.replace("uart: uart0", "uart: uart0_mux")
    muxes = f"muxes:\n  uart0_mux: {MUX}\n"
    assert made(file) == f"{HEAD}budget{budget}{kernel}{muxes}{tail}"


def test_behind_a_list_in_lines(tmp_path: Path) -> None:
    names = "peripherals:\n  uart0: {baud: 9600Bd}\n"
    leds = "  leds:\n    kind: led_driver\n    leds:\n      - fpgaio.led.0  # the left one\n"
    base = board(tmp_path, HEAD + KERNEL + "capsules:\n" + CONSOLE, "base")
    text = "schema: 1\nboard: small\nextends: [../base/board.yaml]\n" + names
    file = board(tmp_path, f"{text}capsules:\n{DEBUG}{leds}# the end\n")
    debug = DEBUG.replace("uart0", "uart0_mux")
    muxes = f"muxes:\n  uart0_mux: {MUX}\n"
    last = "  console: {uart: uart0_mux}\n# the end\n"
    assert made(file) == f"{text}{muxes}capsules:\n{debug}{leds}{last}"
    assert CONSOLE in base.read_text()


def test_a_file_that_begins_with_what_comes_after_muxes(tmp_path: Path) -> None:
    top = "# SPDX-License-Identifier: MIT\n"
    rest = "capsules:\n" + CONSOLE + DEBUG + HEAD + KERNEL
    wired = rest.replace("uart: uart0", "uart: uart0_mux")
    new = f"{top}muxes:\n  uart0_mux: {MUX}\n{wired}"
    assert made(board(tmp_path, top + rest)) == new


ALARMS = (
    "  a1: {kind: alarm, timer: alarm_mux}\n  a2: {kind: alarm, timer: alarm_mux, driver: 7}\n"
)


@pytest.mark.parametrize("comment", ["", "  # left out while it has one client"])
def test_a_mux_goes_behind_the_others(comment: str, tmp_path: Path) -> None:
    other = f"muxes:\n  alarm_mux: {{kind: mux_alarm, alarm: timer0}}{comment}\n"
    tail = "\ncapsules:\n" + ALARMS + CONSOLE + DEBUG
    file = board(tmp_path, HEAD + other + tail + KERNEL)
    tail = tail.replace("uart: uart0", "uart: uart0_mux")
    assert made(file) == f"{HEAD}{other}  uart0_mux: {MUX}\n{tail}{KERNEL}"


def test_a_mux_that_is_there_is_used(tmp_path: Path) -> None:
    muxes = f"muxes:\n  shared: {MUX}\n"
    more = "  other: {kind: low_level_debug, uart: shared, driver: 9}\n"
    file = board(tmp_path, HEAD + muxes + "capsules:\n" + more + DEBUG + KERNEL)
    new = DEBUG.replace("uart: uart0", "uart: shared")
    assert made(file) == HEAD + muxes + "capsules:\n" + more + new + KERNEL


def test_a_board_in_flow_style(tmp_path: Path) -> None:
    text = (
        "{schema: 1, board: small, chip: mps2_an386, capsules: {\n"
        "  console: {kind: console, uart: uart0},  # one\n"
        "  debug: {kind: low_level_debug, uart: uart0}},\n"
        " kernel: {scheduler: {kind: round_robin}, on_fault: {kind: fault_stop}},\n"
        " budget: {flash: 64KiB, ram: 16KiB}}"
    )
    wired = text.replace("uart: uart0", "uart: uart0_mux")
    new = wired.replace("mps2_an386,", f"mps2_an386, muxes: {{uart0_mux: {MUX}}},")
    assert made(board(tmp_path, text)) == new


@pytest.mark.parametrize("head", ["", "\ufeff"])
def test_line_ends_and_the_end_of_the_file_stay(head: str, tmp_path: Path) -> None:
    text = HEAD + KERNEL + "capsules:\n" + CONSOLE + DEBUG.rstrip("\n")
    new = text.replace("uart: uart0", "uart: uart0_mux")
    new = new.replace("capsules:", f"muxes:\n  uart0_mux: {MUX}\ncapsules:")
    windows = new.replace("\n", "\r\n")
    file = board(tmp_path, head + text.replace("\n", "\r\n"))
    assert made(file) == head + windows
    one = text.replace("\n", "\r\n", 1)
    assert made(board(tmp_path, head + one)) == head + new.replace("\n", "\r\n", 1)


def test_a_section_at_the_end_of_a_file_without_a_line_end(tmp_path: Path) -> None:
    base = board(tmp_path, HEAD + KERNEL + "capsules:\n" + CONSOLE, "base")
    was = base.read_bytes()
    text = "schema: 1\nboard: small\nextends: [../base/board.yaml]\ncapsules:\n"
    file = board(tmp_path, text + DEBUG.rstrip("\n"))
    lines = made(file)
    assert lines == (
        f"schema: 1\nboard: small\nextends: [../base/board.yaml]\nmuxes:\n  uart0_mux: {MUX}\n"
        "capsules:\n  debug: {kind: low_level_debug, uart: uart0_mux}\n"
        "  console: {uart: uart0_mux}"
    )
    assert base.read_bytes() == was


def test_an_overlay_that_sets_one_setting_of_the_other_client(tmp_path: Path) -> None:
    board(tmp_path, HEAD + KERNEL + "capsules:\n" + CONSOLE, "base")
    text = "schema: 1\nboard: small\nextends: [../base/board.yaml]\ncapsules:\n"
    file = board(tmp_path, text + DEBUG + "  console: {driver: 1}\n")
    assert "  console: {driver: 1, uart: uart0_mux}\n" in made(file)


def test_both_clients_in_a_base_of_the_user(tmp_path: Path) -> None:
    base = board(tmp_path, HEAD + KERNEL + "capsules:\n" + CONSOLE + DEBUG, "base")
    text = "schema: 1\nboard: small\nextends: [../base/board.yaml]\n"
    assert made(board(tmp_path, text)) == text
    assert f"uart0_mux: {MUX}" in base.read_text()


def test_a_variant_adds_the_second_client(tmp_path: Path) -> None:
    text = HEAD + KERNEL + "capsules:\n" + CONSOLE
    variants = "variants:\n  two:\n    capsules:\n    " + DEBUG
    file = board(tmp_path, text + variants)
    assert made(file) == (
        f"{text}variants:\n  two:\n    muxes:\n      uart0_mux: {MUX}\n    capsules:\n"
        "      debug: {kind: low_level_debug, uart: uart0_mux}\n"
        "      console: {uart: uart0_mux}\n"
    )


def test_references_with_settings_keep_them(tmp_path: Path) -> None:
    text = HEAD + KERNEL + BUSES
    for bus in ("spi", "i2c", "adc"):
        text = text.replace(f"  {bus}_mux: {{kind: mux_{bus}, {bus}: {bus}_bus}}\n", "")
        text = text.replace(f"to: {bus}_mux", f"to: {bus}_bus")
    file = board(tmp_path, text)
    for name, body in LIBRARY.items():
        (file.parent / f"{name}.yaml").write_text(body)
    assert {each.code for each in findings(file)} == {"BW0319"}
    new = made(file)
    assert "spi_1: {kind: spi_part, bus: {to: spi_bus_mux, chip_select: scc.pin.0, rate" in new
    assert "muxes:\n" in new


def test_an_overlay_keeps_the_settings_of_a_reference_in_its_base(tmp_path: Path) -> None:
    devices = "devices:\n  end: {kind: i2c_end}\n"
    part = "  i2c_{0}: {{kind: i2c_part, bus: {{to: end, address: 0x5{0}}}}}\n"
    leds = "capsules:\n  leds: {kind: led_driver, leds: !append [i2c_2]}\n"
    one = "capsules:\n  leds: {kind: led_driver, leds: [i2c_1]}\n"
    base = board(tmp_path, HEAD + KERNEL + devices + part.format(1) + one, "base")
    text = "schema: 1\nboard: small\nextends: [../base/board.yaml]\ndevices:\n"
    file = board(tmp_path, text + part.format(2) + leds)
    for name, body in LIBRARY.items():
        (base.parent / f"{name}.yaml").write_text(body)
    new = made(file)
    assert "  i2c_2: {kind: i2c_part, bus: {to: end_mux, address: 0x52}}\n" in new
    assert "  i2c_1: {bus: {to: end_mux}}\n" in new


@pytest.mark.parametrize(
    "lines",
    [
        "  first: {kind: console, uart: term}\n  second: {kind: low_level_debug, uart: term}\n",
        "  one: {kind: console, uart: uart0}\n  two: {kind: console, uart: uart0, driver: 9}\n",
    ],
)
def test_what_a_mux_does_not_end_is_left(lines: str, tmp_path: Path) -> None:
    """A name may carry settings; a reader is the only one."""
    text = HEAD + "names: {term: uart0}\ncapsules:\n" + lines + KERNEL
    file = board(tmp_path, text)
    result = fixed(file, ROOTS)
    assert (result.files, result.steps) == ({}, ())
    assert any(each.code == "BW0319" for each in result.left)


def test_more_errors_than_before_are_not_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsules = "capsules:\n  a: {kind: console, uart: no}\n  b: {kind: nothing_near}\n"
    text = HEAD.replace("mps2_an386", "lm3s696") + KERNEL + capsules
    file = board(tmp_path, text)
    before = sum(each.severity == "error" for each in findings(file))
    result = fixed(file, ROOTS)
    assert result.worse
    assert len(list(result.left)) > before
    assert main(["fix", str(file)]) == 1
    assert "nothing is written" in capsys.readouterr().err
    assert file.read_bytes() == text.encode()


# --- the command -------------------------------------------------------------------------


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = HEAD + "capsules:\n" + CONSOLE + DEBUG + KERNEL
    file = board(tmp_path, text)
    assert main(["fix", "--dry-run", str(file)]) == 0
    shown = capsys.readouterr().out
    assert "+++ b/boards/small/board.yaml\n" in shown
    assert f"+  uart0_mux: {MUX}\n" in shown
    assert file.read_bytes() == text.encode()
    assert main(["fix", str(file)]) == 0
    steps = f"boards/small/board.yaml: uart0_mux: {MUX} takes 2 clients (BW0319)\n"
    assert capsys.readouterr().out == steps
    assert main(["fix", str(file), "--diff"]) == 0
    assert capsys.readouterr().out.endswith("board.yaml: nothing to fix\n")
    file.write_bytes(text.encode())
    assert main(["fix", str(file), "--diff"]) == 0
    assert capsys.readouterr().out == shown
    assert file.read_bytes() != text.encode()


def test_what_is_left_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = HEAD + "capsules:\n" + CONSOLE + KERNEL.replace("64KiB", "64")
    file = board(tmp_path, text.replace("robin", "robbin"))
    assert main(["fix", str(file)]) == 1
    shown = capsys.readouterr()
    assert "BW0202" in shown.err
    assert "'round_robbin' is now 'round_robin' (BW0306)" in shown.out
    assert file.read_bytes() == text.encode()
