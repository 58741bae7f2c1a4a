# SPDX-License-Identifier: MIT OR Apache-2.0
"""LEDs for processes, down to the registers of the boards that have them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.fakes.capsule import Capsule, Err, capsule_library

if TYPE_CHECKING:
    from tests.host.build import Library
    from tests.host.fakes.callbacks import CData

COUNT, ON, OFF, TOGGLE, READ = 0, 1, 2, 3, 4
OTHERS = 0xFFFFFF00


@cache
def library() -> Library:
    return capsule_library(
        "led_driver", "chips/mps2/mps2_fpgaio.c", "chips/mps2/mps2_scc.c", "devices/led_gpio.c"
    )


class Leds(Capsule):
    """LED 0: FPGAIO's second one; 1: an output of SCC; 2: another that is active low."""

    def __init__(self) -> None:
        super().__init__(library(), "led_driver", grant=False)
        lib = self.library
        self.fpgaio = lib.new("struct mps2_fpgaio_registers *", {"led": OTHERS})
        self.scc = lib.new("struct mps2_scc_registers *", {"cfg1": OTHERS})
        self.chips = (
            lib.new("struct mps2_fpgaio *", {"registers": self.fpgaio}),
            lib.new("struct mps2_scc *", {"registers": self.scc}),
        )
        self.pins = [self.pin(3, active_low=False), self.pin(5, active_low=True)]
        self.leds = lib.new("struct led_light[]", 3)
        self.leds[0].ops = lib.address("mps2_fpgaio_light_ops")
        self.leds[0].owner, self.leds[0].index = self.chips[0], 1
        for led, pin in zip(self.leds[1:3], self.pins, strict=True):
            led.ops, led.owner = lib.address("led_gpio_light_ops"), pin
        self.capsule.leds, self.capsule.leds_count = self.leds, 3
        self.start(0)

    def pin(self, output: int, *, active_low: bool) -> CData:
        led = self.library.new("struct led_gpio *", {"active_low": active_low})
        led.pin.ops = self.library.address("mps2_scc_output_ops")
        led.pin.owner, led.pin.index = self.chips[1], output
        return led

    def registers(self) -> tuple[int, int]:
        return self.fpgaio.led ^ OTHERS, self.scc.cfg1 ^ OTHERS


def test_each_led_is_its_own_bit_in_its_own_polarity() -> None:
    leds = Leds()
    assert leds.registers() == (0, 0)
    assert leds.command(0, ON, 0) is None
    assert leds.registers() == (2, 0)
    assert leds.command(0, ON, 1) is None
    assert leds.registers() == (2, 1 << 3)
    assert leds.command(0, OFF, 2) is None
    assert leds.registers() == (2, 1 << 3 | 1 << 5)
    for led in range(3):
        leds.command(0, OFF, led)
    assert leds.registers() == (0, 1 << 5)
    leds.command(0, ON, 2)
    assert leds.registers() == (0, 0)


def test_command_0_counts_the_leds() -> None:
    leds = Leds()
    assert leds.command(0, COUNT) == 3
    assert leds.registers() == (0, 0)


@pytest.mark.parametrize("led", range(3))
def test_toggle_and_read_follow_what_the_light_is(led: int) -> None:
    leds = Leds()
    leds.command(0, ON, led)
    assert leds.command(0, READ, led) == 1
    assert leds.command(0, TOGGLE, led) is None
    assert leds.command(0, READ, led) == 0
    leds.command(0, TOGGLE, led)
    assert leds.command(0, READ, led) == 1


@pytest.mark.parametrize("led", [3, 0xFFFFFFFF])
@pytest.mark.parametrize("number", [ON, OFF, TOGGLE, READ])
def test_an_led_that_is_not_there_is_invalid(number: int, led: int) -> None:
    leds = Leds()
    assert leds.command(0, number, led) == Err.INVAL
    assert leds.registers() == (0, 0)


@pytest.mark.parametrize("led", [0, 3])
@pytest.mark.parametrize("number", [5, 0xFFFFFFFF])
def test_unknown_commands_are_not_supported(number: int, led: int) -> None:
    assert Leds().command(0, number, led) == Err.NOSUPPORT


def test_the_counter_is_the_boards() -> None:
    leds = Leds()
    leds.fpgaio.counter = 0xFFFFFFFF
    counter = leds.library.new("struct time_counter *", {"owner": leds.chips[0]})
    assert leds.library.mps2_fpgaio_counter_now(counter) == 0xFFFFFFFF
