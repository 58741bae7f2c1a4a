# SPDX-License-Identifier: MIT OR Apache-2.0
"""The LM3S's converter in the emulator, whose inputs are noise that can be foreseen."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pytest
from tests.target.images import boot, example, kernel

if TYPE_CHECKING:
    from collections.abc import Iterator

BOARD = "lm3s6965evb"
THERMOMETER = """\
capsules:
  temperature:
    kind: temperature_driver
    temperature:
      {kind: adc_thermometer, adc: {to: adc0, channel: 0}, at_zero: 0, at_full: 102400}
"""


def noise() -> Iterator[int]:
    """What the emulator's converter reads, whatever the channel: ten bits."""
    state = 0
    while True:
        state = (state * 314159 + 1) % 2**32
        yield 0x200 + (state >> 16 & 7)


@pytest.mark.parametrize("checked", [False, True], ids=["release", "checked"])
def test_the_temperature_comes_from_a_converter_just_as_well(checked: bool) -> None:
    of = kernel(BOARD, more=THERMOMETER, checked=checked)
    tenths = [value - 0x200 for value in islice(noise(), 100)]
    said = [now for before, now in zip([-1, *tenths], tenths, strict=False) if now != before]
    with boot(of, [example("temperature")]) as machine:
        for tenth in said[:10]:
            machine.expect(f"temperature: 51.{2 + tenth}0\n")
