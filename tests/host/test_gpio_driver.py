# SPDX-License-Identifier: MIT OR Apache-2.0
"""Pins for processes: Tock's commands, and a pin is one process's at a time."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.fakes.capsule import Capsule, Err, capsule_library
from tests.host.fakes.fake_pins import BOTH, DOWN, FALLING, NONE, RISING, UP, FakePins

if TYPE_CHECKING:
    from tests.host.build import Library

(MAKE_OUTPUT, SET, CLEAR, TOGGLE, MAKE_INPUT, READ, WATCH, UNWATCH, DISABLE, COUNT) = range(
    1, 11
)
TAKING = (MAKE_OUTPUT, SET, CLEAR, TOGGLE, MAKE_INPUT, WATCH)
OF_A_PIN = range(MAKE_OUTPUT, COUNT)
CHANGED = 0
PINS = 4


@cache
def library() -> Library:
    return capsule_library("gpio_driver")


class Gpio(Capsule):
    def __init__(self, *slots: int) -> None:
        super().__init__(library(), "gpio_driver", upcalls=1, grant=False)
        self.fake = FakePins(self.library, self.callbacks, PINS)
        self.pins = self.fake.pins
        self.uses = self.library.new("struct gpio_driver_use[]", PINS)
        capsule = self.capsule
        for leaf, ports in self.fake.ports.items():
            setattr(capsule, f"pins_{leaf}", ports)
        changed = self.library.address("gpio_driver_changed")
        capsule.pins_interrupt_client.pin_changed = changed
        capsule.pins_count, capsule.uses = PINS, self.uses
        self.start(*slots)

    def check(self) -> None:
        super().check()
        for pin in self.fake.watched():
            assert self.owner(pin) is not None, "nobody's pin is watched"

    def owner(self, pin: int) -> int | None:
        """The slot of a pin's owner; it must be alive."""
        owner = self.uses[pin].owner
        if owner.generation == 0:
            return None
        assert self.library.process_get(owner) != self.library.ffi.NULL
        return int(owner.slot)

    def drive(self, pin: int, high: bool) -> None:
        self.fake.drive(pin, high)
        self.check()


def test_an_output_is_set_cleared_and_toggled() -> None:
    gpio = Gpio(0)
    assert gpio.command(0, COUNT) == PINS
    assert gpio.command(0, MAKE_OUTPUT, 2) is None
    steps = ((SET, True), (SET, True), (CLEAR, False), (TOGGLE, True), (TOGGLE, False))
    for number, high in steps:
        assert gpio.command(0, number, 2) is None
        assert gpio.pins[2].high == high
        assert gpio.command(0, READ, 2) == high
    assert [pin.output for pin in gpio.pins] == [False, False, True, False]


def test_a_level_can_be_chosen_before_the_pin_is_driven() -> None:
    gpio = Gpio(0)
    gpio.command(0, SET, 1)
    assert not gpio.pins[1].high
    gpio.command(0, MAKE_OUTPUT, 1)
    assert gpio.pins[1].high


@pytest.mark.parametrize(("word", "pull"), [(0, NONE), (1, UP), (2, DOWN)])
def test_an_input_has_the_resistor_asked_for(word: int, pull: int) -> None:
    gpio = Gpio(0)
    gpio.command(0, MAKE_OUTPUT, 3)
    assert gpio.command(0, MAKE_INPUT, 3, word) is None
    assert (gpio.pins[3].output, gpio.pins[3].pull) == (False, pull)
    gpio.drive(3, True)
    assert gpio.command(0, READ, 3) == 1


@pytest.mark.parametrize(
    ("word", "edge", "levels"),
    [(0, BOTH, [1, 0, 1]), (1, RISING, [1, 1]), (2, FALLING, [0])],
)
def test_the_owner_hears_of_the_edges_it_asked_for(
    word: int, edge: int, levels: list[int]
) -> None:
    gpio = Gpio(0, 1)
    gpio.command(0, MAKE_INPUT, 1, 0)
    assert gpio.command(0, WATCH, 1, word) is None
    assert gpio.uses[1].event.edge == edge
    for high in (True, False, True):
        gpio.drive(1, high)
    assert gpio.upcalls(0) == [(CHANGED, 1, level, 0) for level in levels]
    assert gpio.upcalls(1) == [], "it is not its pin"
    assert gpio.command(0, UNWATCH, 1) is None
    assert not gpio.pins[1].connected, "unwatching puts the pin in low power, as Tock's does"
    gpio.drive(1, False)
    assert gpio.upcalls(0) == []
    assert gpio.owner(1) == 0


def test_a_watch_can_change_its_edges() -> None:
    gpio = Gpio(0)
    gpio.command(0, WATCH, 0, 1)
    gpio.command(0, WATCH, 0, 2)
    gpio.drive(0, True)
    gpio.drive(0, False)
    assert gpio.upcalls(0) == [(CHANGED, 0, 0, 0)]


# -- whose it is -----------------------------------------------------------------------------


@pytest.mark.parametrize("taking", TAKING)
@pytest.mark.parametrize("number", OF_A_PIN)
def test_a_pin_of_another_is_reserved(taking: int, number: int) -> None:
    gpio = Gpio(0, 1)
    assert gpio.command(0, taking, 2) is None
    assert gpio.owner(2) == 0
    before = vars(gpio.pins[2]).copy()
    assert gpio.command(1, number, 2) is Err.RESERVE
    assert vars(gpio.pins[2]) == before
    assert gpio.owner(2) == 0
    assert gpio.command(1, number, 3) is not Err.RESERVE, "another pin is another matter"


@pytest.mark.parametrize("number", [READ, UNWATCH, DISABLE])
def test_what_takes_no_pin(number: int) -> None:
    gpio = Gpio(0)
    gpio.drive(2, True)
    assert gpio.command(0, number, 2) == (1 if number == READ else None)
    assert gpio.owner(2) is None
    assert gpio.pins[2].connected


@pytest.mark.parametrize("dies", [False, True])
def test_a_pin_that_is_given_back_is_quiet_and_free(dies: bool) -> None:
    gpio = Gpio(0, 1)
    gpio.command(0, MAKE_OUTPUT, 1)
    gpio.command(0, MAKE_INPUT, 2, 1)
    gpio.command(0, WATCH, 2, 0)
    gpio.command(1, MAKE_OUTPUT, 3)
    if dies:
        gpio.end(0)
        gpio.start(0)
    else:
        assert gpio.command(0, DISABLE, 1) is None
        assert gpio.command(0, DISABLE, 2) is None
    for pin in (1, 2):
        assert (gpio.pins[pin].output, gpio.pins[pin].connected) == (False, False)
        assert (gpio.pins[pin].pull, gpio.owner(pin)) == (NONE, None)
    assert gpio.fake.watched() == []
    gpio.drive(2, True)
    assert gpio.upcalls(0) == []
    assert gpio.pins[3].output, "the other's pin stays as it is"
    assert gpio.command(1, MAKE_INPUT, 2, 0) is None
    assert gpio.owner(2) == 1


@pytest.mark.parametrize(
    ("number", "argument"),
    [(MAKE_INPUT, 3), (MAKE_INPUT, 0xFFFFFFFF), (WATCH, 3), (WATCH, 0x100)],
)
def test_what_fails_takes_nothing_and_changes_nothing(number: int, argument: int) -> None:
    gpio = Gpio(0)
    before = vars(gpio.pins[2]).copy()
    assert gpio.command(0, number, 2, argument) is Err.NOSUPPORT
    assert (gpio.owner(2), vars(gpio.pins[2])) == (None, before)


def test_a_resistor_that_is_not_there_is_the_command_s_error() -> None:
    gpio = Gpio(0)
    gpio.fake.no_pull = DOWN
    assert gpio.command(0, MAKE_INPUT, 2, 2) is Err.NOSUPPORT
    assert gpio.owner(2) is None
    assert gpio.command(0, MAKE_INPUT, 2, 1) is None


@pytest.mark.parametrize("number", TAKING)
def test_without_memory_a_pin_is_not_taken(number: int) -> None:
    """Else nobody would be told of its owner's end."""
    gpio = Gpio(0)
    gpio.process(0).out_of_memory = True
    before = vars(gpio.pins[2]).copy()
    assert gpio.command(0, number, 2) is Err.NOMEM
    assert (gpio.owner(2), vars(gpio.pins[2])) == (None, before)


@pytest.mark.parametrize("number", OF_A_PIN)
@pytest.mark.parametrize("pin", [PINS, 0xFF, 0x100, 0xFFFFFFFF])
def test_a_pin_that_is_not_there_is_invalid(number: int, pin: int) -> None:
    assert Gpio(0).command(0, number, pin) is Err.INVAL


@pytest.mark.parametrize("number", [11, 0x100, 0xFFFFFFFF])
def test_an_unknown_command_is_not_supported(number: int) -> None:
    gpio = Gpio(0)
    assert gpio.command(0, number, 0) is Err.NOSUPPORT
    assert gpio.owner(0) is None
