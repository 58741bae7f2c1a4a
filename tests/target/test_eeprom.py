# SPDX-License-Identifier: MIT OR Apache-2.0
"""The EEPROM on the LM3S's I2C bus, which keeps what it has over a power cycle."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.target.images import EXAMPLES, Kernel, bare, boot, example, kernel, program

if TYPE_CHECKING:
    from pathlib import Path

BOARD = "lm3s6965evb"
SIZE = 4096
EEPROM = """\
muxes:
  bus: {kind: mux_i2c, i2c: i2c0}
devices:
  eeprom: {kind: at24c, i2c: {to: bus, address: 0x50}, timer: alarm_mux}
  thermometer: {kind: tmp105, i2c: {to: bus, address: 0x48}}
capsules:
  storage: {kind: nonvolatile_storage_driver, storage: eeprom}
  temperature: {kind: temperature_driver, temperature: thermometer}
"""
FILL = (
    "static uint8_t out[100]; static uint8_t back[100]; uint32_t wrong = 0; "
    "tock_allow_ro(0x50001, 0, out, 100); tock_allow_rw(0x50001, 0, back, 100); "
    "for (uint32_t n = 0; n < 100; n++) { out[n] = (uint8_t)(n + 7); } "
    "tock_command(0x50001, 3, 1000, 100); "
    "uint32_t status = tock_yield_wait_for(0x50001, 1).values[0]; "
    "tock_command(0x50001, 2, 1000, 100); tock_yield_wait_for(0x50001, 0); "
    "for (uint32_t n = 0; n < 100; n++) { wrong += out[n] != back[n]; } "
    'console_print_u32("moved ", status); console_print_u32("wrong ", wrong);'
)


@pytest.fixture(params=[False, True], ids=["release", "checked"])
def board(request: pytest.FixtureRequest) -> Kernel:
    return kernel(BOARD, more=EEPROM, checked=request.param)


def part(file: Path) -> list[str]:
    return [
        *("-drive", f"if=none,id=rom,format=raw,file={file}"),
        *("-device", f"at24c-eeprom,bus=i2c,address=0x50,rom-size={SIZE},drive=rom"),
    ]


def test_bytes_over_several_pages_are_in_the_file(board: Kernel, tmp_path: Path) -> None:
    file = tmp_path / "rom"
    file.write_bytes(bytes(SIZE))
    with boot(board, [program("fills_pages", FILL)], options=part(file)) as machine:
        machine.expect("moved 100\n")
        machine.expect("wrong 0\n")
    expected = bytearray(SIZE)
    expected[1000:1100] = bytes(range(7, 107))
    assert file.read_bytes() == expected


def test_a_count_goes_on_over_a_power_cycle(board: Kernel, tmp_path: Path) -> None:
    file = tmp_path / "rom"
    file.write_bytes(bytes(SIZE))
    with boot(board, [example("tally")], options=part(file)) as machine:
        for life in (1, 2, 3):
            machine.expect(f"tally: life {life}\n")
    with boot(board, [example("tally")], options=part(file)) as machine:
        machine.expect("tally: life 4\n")


def test_a_part_that_is_not_there_is_told() -> None:
    asks = program(
        "asks_no_eeprom",
        "static uint8_t back[4]; tock_allow_rw(0x50001, 0, back, 4); "
        "tock_command(0x50001, 2, 0, 4); "
        'console_print_u32("moved ", tock_yield_wait_for(0x50001, 0).values[0]);',
    )
    with boot(kernel(BOARD, more=EEPROM), [asks]) as machine:
        machine.expect("moved 0\n")


def test_each_power_cycle_is_one_start_more(board: Kernel, tmp_path: Path) -> None:
    file = tmp_path / "rom"
    file.write_bytes(bytes(SIZE))
    for start in (1, 2, 3):
        with boot(board, [example("boots")], options=part(file)) as machine:
            machine.expect(f"boots: start {start}\n")


@pytest.mark.parametrize(("spoilt", "then"), [(1, 3), (2, 2)])
def test_a_spoilt_copy_costs_no_more_than_its_own_count(
    spoilt: int, then: int, board: Kernel, tmp_path: Path
) -> None:
    file = tmp_path / "rom"
    file.write_bytes(bytes(SIZE))
    for start in (1, 2):
        with boot(board, [example("boots")], options=part(file)) as machine:
            machine.expect(f"boots: start {start}\n")
    content = bytearray(file.read_bytes())
    content[spoilt % 2 * 256 + 4] ^= 0x10
    file.write_bytes(content)
    with boot(board, [example("boots")], options=part(file)) as machine:
        machine.expect(f"boots: start {then}\n")


def ran(directory: Path) -> str:
    """What the board says until it has counted, run as a user does."""
    command = [sys.executable, "-m", "boardwright", "run", "boards/keeps"]
    with subprocess.Popen(
        command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        said = ""
        assert running.stdout is not None
        for line in running.stdout:
            said += line
            if line.startswith("boots:"):
                break
        running.terminate()
    return said


def test_what_is_stored_outlasts_a_run(tmp_path: Path) -> None:
    home = tmp_path / "boards" / "keeps"
    home.mkdir(parents=True)
    (home / "board.yaml").write_text(
        f"schema: 1\nboard: keeps\nextends: [{bare(BOARD)}]\n"
        f"{EEPROM}apps: !replace {{boots: {EXAMPLES}/boots}}\n"
    )
    new = "new: build/keeps/eeprom.img"
    first, second = ran(tmp_path), ran(tmp_path)
    assert new in first
    assert "boots: start 1\n" in first
    assert new not in second
    assert "boots: start 2\n" in second
    assert (tmp_path / "build/keeps/eeprom.img").stat().st_size == SIZE
