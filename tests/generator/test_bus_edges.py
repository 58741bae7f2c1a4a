# SPDX-License-Identifier: MIT OR Apache-2.0
"""SPI, I2C and ADC on a board: wirings that are right, and wrong ones on their own line.

The ends of the buses are descriptors only: nothing here is compiled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.generator.planning import HEAD, RUNTIME, write_board

from boardwright.diagnostics import Diagnostics
from boardwright.frontend import check_file
from boardwright.load.roots import SearchRoots
from boardwright.report import human

if TYPE_CHECKING:
    from pathlib import Path

END = """\
schema: 1
component: {name}
room: devices
doc: The end of a bus.
params: {{{params}}}
provides: {{bus: {{hil: [{hil}], facts: {{{facts}}}}}}}
deferred: {{ended: {name}_ended}}
"""
PART = """\
schema: 1
component: {name}
room: devices
doc: A part on a bus.
requires:
  bus: {{hil: [{hil}], handles: {{{done}: {name}_{done}}}, edge: {{{edge}}}}}
provides: {{led: {{hil: [led.light], count: '1'}}}}
"""
SPI = {"hil": "spi.controller", "done": "transferred"}
I2C = {"hil": "i2c.controller", "done": "transferred"}
ADC = {"hil": "adc.sample", "done": "sampled"}
NARROW = "chip_select: {optional: false}, rate: {default: 1MHz, max: 4MHz}, mode: {of: [0, 3]}"
FREQUENCY = "limit: {type: frequency, default: 8MHz, member: false}"
CHANNEL = "limit: {type: u8, default: 3, member: false}"
LIBRARY = {
    "spi_end": END.format(
        name="spi_end", hil="spi.controller", params=FREQUENCY, facts="max_rate: limit"
    ),
    "i2c_end": END.format(name="i2c_end", hil="i2c.controller", params="", facts=""),
    "adc_end": END.format(
        name="adc_end",
        hil="adc.sample",
        params=CHANNEL,
        facts="max_channel: limit, bits: limit",
    ),
    "spi_part": PART.format(name="spi_part", edge=NARROW, **SPI),
    "spi_other": PART.format(name="spi_other", edge="", **SPI),
    "i2c_part": PART.format(name="i2c_part", edge="", **I2C),
    "adc_part": PART.format(name="adc_part", edge="", **ADC),
}
BOARD = """\
muxes:
  spi_mux: {kind: mux_spi, spi: spi_bus}
  i2c_mux: {kind: mux_i2c, i2c: i2c_bus}
  adc_mux: {kind: mux_adc, adc: adc_bus}
devices:
  spi_bus: {kind: spi_end}
  i2c_bus: {kind: i2c_end}
  adc_bus: {kind: adc_end}
  spi_1: {kind: spi_part, bus: {to: spi_mux, chip_select: scc.pin.0, rate: 4MHz, mode: 3}}
  spi_2: {kind: spi_other, bus: {to: spi_mux, rate: 8MHz}}
  i2c_1: {kind: i2c_part, bus: {to: i2c_mux, address: 0x48}}
  i2c_2: {kind: i2c_part, bus: {to: i2c_mux, address: 0x50}}
  adc_1: {kind: adc_part, bus: {to: adc_mux, channel: 3}}
  adc_2: {kind: adc_part, bus: {to: adc_mux, channel: 3}}
  adc_3: {kind: adc_part, bus: {to: adc_mux, channel: 2}}
capsules:
  leds:
    kind: led_driver
    leds:
      [spi_1.led.0, spi_2.led.0, i2c_1.led.0, i2c_2.led.0,
       adc_1.led.0, adc_2.led.0, adc_3.led.0]
"""

WRONG = [
    # SPI
    ("chip_select: scc.pin.0, ", "", "BW0317"),
    ("chip_select: scc.pin.0", "chip_select: scc", "BW0314"),
    ("chip_select: scc.pin.0", "chip_select: i2c_mux", "BW0312"),
    ("chip_select: scc.pin.0", "chip_select: uart0", "BW0312"),
    ("to: spi_mux, rate: 8MHz", "to: spi_mux, rate: 8MHz, chip_select: scc.pin.0", "BW0319"),
    ("rate: 4MHz", "rate: 5MHz", "BW0206"),  # the part's limit
    ("rate: 8MHz", "rate: 9MHz", "BW0206"),  # the bus's, behind the mux
    ("rate: 4MHz", "rate: 4000000", "BW0202"),
    ("mode: 3", "mode: 1", "BW0205"),
    ("mode: 3", "polarity: 1", "BW0316"),
    ("to: spi_mux, rate: 8MHz", "to: spi_bus, rate: 8MHz", "BW0319"),
    ("to: spi_mux, rate: 8MHz", "to: i2c_mux, address: 0x20", "BW0312"),
    ("spi: spi_bus}", "spi: {to: spi_bus, rate: 1MHz}}", "BW0315"),
    # I2C
    ("address: 0x50", "address: 0x48", "BW0404"),
    ("address: 0x50", "address: 0x07", "BW0206"),
    ("address: 0x50", "address: 0x78", "BW0206"),
    ("address: 0x50", "address: 80B", "BW0203"),
    ("address: 0x50", "address: 0x50, speed: 1", "BW0316"),
    (", address: 0x50", "", "BW0317"),
    ("to: i2c_mux, address: 0x50", "to: i2c_bus, address: 0x50", "BW0319"),
    ("to: i2c_mux, address: 0x50", "to: i2c_bus.7, address: 0x50", "BW0314"),
    ("to: i2c_mux, address: 0x50", "to: adc_mux, channel: 1", "BW0312"),
    ("to: i2c_mux, address: 0x50", "to: i2c, address: 0x50", "BW0310"),
    # ADC: two clients of one channel are right
    ("channel: 2", "channel: 4", "BW0206"),
    (", channel: 2", "", "BW0317"),
    ("channel: 2", "channel: 2, address: 0x48", "BW0316"),
    ("channel: 2", "channel: 2.5", "BW0203"),
    ("to: adc_mux, channel: 2", "to: adc_bus, channel: 2", "BW0319"),
    ("to: adc_mux, channel: 2", "to: spi_mux", "BW0312"),
]


def found(directory: Path, body: str) -> tuple[list[tuple[str, int]], str]:
    """Code and line of everything the check says, and how it reads."""
    parts = directory / "parts"
    parts.mkdir(exist_ok=True)
    for name, text in LIBRARY.items():
        (parts / f"{name}.yaml").write_text(text)
    diagnostics = Diagnostics()
    check_file(write_board(directory, body), SearchRoots(RUNTIME, (parts,)), diagnostics)
    return [(each.code, each.span.line) for each in diagnostics], human(diagnostics)


def test_the_board_is_right_before_it_is_changed(tmp_path: Path) -> None:
    said, text = found(tmp_path, BOARD)
    assert said == [], text


@pytest.mark.parametrize(("right", "wrong", "code"), WRONG)
def test_a_wrong_wiring_is_refused_where_it_stands(
    tmp_path: Path, right: str, wrong: str, code: str
) -> None:
    assert BOARD.count(right) == 1
    said, text = found(tmp_path, BOARD.replace(right, wrong))
    line = (HEAD + BOARD[: BOARD.index(right)]).count("\n") + 1
    assert said == [(code, line)], text
