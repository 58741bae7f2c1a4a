# SPDX-License-Identifier: MIT OR Apache-2.0
"""Parts that add themselves to the emulator, with what they are wired to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.generator.frontend_case import ERRORS, codes, good
from tests.generator.planning import ROOT, RUNTIME, plan_file, write_board
from tests.generator.test_run import PACKAGE, boot

from boardwright.diagnostics import Diagnostics
from boardwright.firmware import EnvironmentProblemError
from boardwright.frontend import checked_board
from boardwright.load.roots import SearchRoots
from boardwright.run import emulator_command, new_part_files

if TYPE_CHECKING:
    from pathlib import Path

    from boardwright.model import Board

CHIP = """\
chip: other
extends: [{library}/chips/tiny.yaml]
peripherals:
  wire0: {{emulator: {{bus: i2c.7}}}}
"""
PART = """\
component: part
room: devices
requires: {wire: {hil: [wire.device], handles: {moved: part_moved}}}
provides: {alarm: {hil: [ticks.alarm, ticks.count], facts: {frequency: 1MHz}}}
emulator:
  - -device
  - part,id={id},bus={wire.bus},address={wire.address}
  - -speed
  - '{wire.rate} {wire.order}'
"""
BODY = """\
chip: other
muxes:
  wires: {kind: share_wire, wire: wire0}
devices:
  one: {kind: part, wire: {to: wires, address: 0x20}}
  two: {kind: part, wire: {to: wires, address: 0x21, rate: 200kHz, order: lsb}}
capsules:
  tick: {kind: ticker, timer: one}
  tick2: {kind: ticker, timer: two, driver: 77}
"""


def chip() -> str:
    return CHIP.format(library=ERRORS / "library")


def test_an_argument_knows_the_instance_its_edge_and_the_bus_behind_the_mux(
    tmp_path: Path,
) -> None:
    board = good(tmp_path, BODY, other=chip(), part=PART)
    assert board.instance("one").emulator == (
        "-device",
        "part,id=one,bus=i2c.7,address=32",
        "-speed",
        "100000 msb",
    )
    assert board.instance("two").emulator[1:] == (
        "part,id=two,bus=i2c.7,address=33",
        "-speed",
        "200000 lsb",
    )


def test_a_bus_that_has_no_name_in_the_emulator_is_missed_once_for_each_part(
    tmp_path: Path,
) -> None:
    body = BODY.replace("chip: other\n", "")
    assert codes(tmp_path, body, part=PART) == ["BW0208", "BW0208"]


def test_parts_of_the_board_are_on_the_command_line(tmp_path: Path) -> None:
    board = write_board(tmp_path, "capsules: {beeps: {kind: beeper}}\n")
    (board.parent / "beeper.yaml").write_text(
        "schema: 1\ncomponent: beeper\nroom: capsules\nstate: false\n"
        "syscall: {number: 0x90001, commands: {1: [beep]}}\nemulator: [-beeper, 'n={id}']\n"
    )
    command = emulator_command(plan_file(board).board, boot(tmp_path), PACKAGE)
    assert command[command.index("-beeper") + 1] == "n=beeps"


def test_standard_input_is_where_the_board_puts_it_and_only_there(tmp_path: Path) -> None:
    board = write_board(tmp_path, "emulator: {serial: {uart1: stdio}}\n")
    command = emulator_command(plan_file(board).board, boot(tmp_path), PACKAGE)
    serials = [command[n + 1] for n, word in enumerate(command) if word == "-serial"]
    assert serials == ["null", "stdio", "null"]


# --- parts that store something ---------------------------------------------------------------

STORES = """\
component: part
room: devices
requires: {{wire: {{hil: [wire.device], handles: {{moved: part_moved}}}}}}
provides: {{alarm: {{hil: [ticks.alarm, ticks.count], facts: {{frequency: 1MHz}}}}}}
params: {{size: {{type: size, unit: B, default: 4KiB, member: false}}}}
emulator:
  file: {size}
  arguments: [-drive, 'file={{file}},of={{id}}', -device, 'part,size={{size}}']
"""


def stores(size: str = "2 * size") -> str:
    return STORES.format(size=size)


def test_an_argument_knows_parameters_and_leaves_the_file_to_the_run(tmp_path: Path) -> None:
    one = good(tmp_path, BODY, other=chip(), part=stores()).instance("one")
    assert one.emulator == ("-drive", "file={file},of=one", "-device", "part,size=4096")
    assert one.emulator_file == 8192


@pytest.mark.parametrize("size", ["0B", "size / 3", "size * size * size"])
def test_a_file_has_whole_bytes_and_at_least_one(size: str, tmp_path: Path) -> None:
    assert codes(tmp_path, BODY, other=chip(), part=stores(size)) == ["BW0407"] * 2


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("{{file}},", "{{fiel}},", "BW0704"),
        ("  file: {size}\n", "", "BW0704"),
        ("file={{file}},", "", "BW0702"),
        ("file: {size}", "file: sise", "BW0704"),
        ("size={{size}}", "size={{sise}}", "BW0704"),
        ("default: 4KiB", "optional: true", "BW0704"),
        ("  arguments:", "  argument:", "BW0702"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_where_it_is_described(
    old: str, new: str, code: str, tmp_path: Path
) -> None:
    part = STORES.replace(old, new).format(size="size")
    assert code in codes(tmp_path, BODY, other=chip(), part=part)


def storing_board(tmp_path: Path, size: str) -> Board:
    board = write_board(tmp_path, "capsules: {beeps: {kind: beeper}}\n")
    (board.parent / "beeper.yaml").write_text(
        "schema: 1\ncomponent: beeper\nroom: capsules\nstate: false\n"
        "syscall: {number: 0x90001, commands: {1: [beep]}}\n"
        f"emulator: {{file: {size}, arguments: [-beeper, 'f={{file}}']}}\n"
    )
    return plan_file(board).board


def test_a_new_file_is_empty_and_an_old_one_is_kept(tmp_path: Path) -> None:
    board, home = storing_board(tmp_path, "4KiB"), tmp_path / "with,comma"
    home.mkdir()
    file = home / "beeps.img"
    assert new_part_files(board, home) == [file]
    assert file.read_bytes() == bytes(4096)
    assert file.stat().st_blocks == 0
    file.write_bytes(b"kept" * 1024)
    assert new_part_files(board, home) == []
    assert file.read_bytes() == b"kept" * 1024
    command = emulator_command(board, boot(home), PACKAGE)
    assert command[command.index("-beeper") + 1] == f"f={tmp_path}/with,,comma/beeps.img"


def test_a_file_of_another_size_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "beeps.img"
    file.write_bytes(b"mine")
    with pytest.raises(EnvironmentProblemError, match=r"has 4B, but beeps stores 8KiB: move"):
        new_part_files(storing_board(tmp_path, "8KiB"), tmp_path)
    assert file.read_bytes() == b"mine"


# --- the parts that are here ------------------------------------------------------------------

PARTS = """\
schema: 1
board: parts
extends: [{root}/tests/target/boards/lm3s6965evb/board.yaml]
muxes:
  bus: {{kind: mux_i2c, i2c: i2c0}}
devices:
  rom: {{kind: at24c, i2c: {{to: bus, address: 0x52}}, timer: alarm_mux, {more}}}
  thermometer: {{kind: tmp105, i2c: bus}}
capsules:
  storage: {{kind: nonvolatile_storage_driver, storage: rom}}
  temperature: {{kind: temperature_driver, temperature: thermometer}}
"""


def rom_board(tmp_path: Path, more: str) -> tuple[Board | None, Diagnostics]:
    file = tmp_path / "board.yaml"
    file.write_text(PARTS.format(root=ROOT, more=more))
    diagnostics = Diagnostics()
    return checked_board(file, SearchRoots(RUNTIME), diagnostics), diagnostics


def test_an_eeprom_is_as_large_as_the_board_says(tmp_path: Path) -> None:
    board, _ = rom_board(tmp_path, "size: 8KiB, page: 64B")
    assert board is not None
    rom = board.instance("rom")
    assert rom.emulator[1::2] == (
        "if=none,id=rom,format=raw,file={file}",
        "at24c-eeprom,bus=i2c,address=82,rom-size=8192,drive=rom",
    )
    assert rom.emulator_file == 8192


@pytest.mark.parametrize(
    "more", ["size: 4KiB, page: 48B", "size: 24KiB", "size: 48KiB, page: 48B", "page: 33B"]
)
def test_sizes_of_an_eeprom_and_its_pages_are_powers_of_two(more: str, tmp_path: Path) -> None:
    _, diagnostics = rom_board(tmp_path, more)
    assert {found.code for found in diagnostics} == {"BW0407"}
