# SPDX-License-Identifier: MIT OR Apache-2.0
"""Parts that add themselves to the emulator, with what they are wired to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.generator.frontend_case import ERRORS, codes, good
from tests.generator.planning import plan_file, write_board
from tests.generator.test_run import PACKAGE, boot

from boardwright.run import emulator_command

if TYPE_CHECKING:
    from pathlib import Path

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
