# SPDX-License-Identifier: MIT OR Apache-2.0
"""The EEPROM on the LM3S's I2C bus, which keeps what it has over a power cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.target.images import Kernel, boot, example, kernel, program

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
