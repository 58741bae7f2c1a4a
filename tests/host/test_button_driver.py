# SPDX-License-Identifier: MIT OR Apache-2.0
"""Buttons for processes: each hears of those it enabled, for as long as it lives."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.fakes.capsule import SLOTS, Capsule, Err, capsule_library
from tests.host.fakes.fake_pins import FakePins

if TYPE_CHECKING:
    from tests.host.build import Library

COUNT, ENABLE, DISABLE, READ = 0, 1, 2, 3
CHANGED = 0
BUTTONS = 32
LOW = {1, 31}  # the buttons that pull their pin down


@cache
def library() -> Library:
    return capsule_library("button_driver")


class Buttons(Capsule):
    """Nobody presses a button at first."""

    def __init__(self, *slots: int) -> None:
        super().__init__(library(), "button_driver", upcalls=1)
        self.pins = FakePins(self.library, self.callbacks, BUTTONS)
        self.events = self.library.new("struct gpio_event[]", BUTTONS)
        capsule = self.capsule
        capsule.buttons_input = self.pins.ports["input"]
        capsule.buttons_interrupt = self.pins.ports["interrupt"]
        changed = self.library.address("button_driver_changed")
        capsule.buttons_interrupt_client.pin_changed = changed
        capsule.buttons_count, capsule.events = BUTTONS, self.events
        capsule.active_low = sum(1 << button for button in LOW)
        for button in LOW:
            self.pins.pins[button].outside = True
        self.wanted: dict[int, set[int]] = {slot: set() for slot in range(SLOTS)}
        self.start(*slots)

    def check(self) -> None:
        super().check()
        wanted = set().union(*self.wanted.values())
        assert set(self.pins.watched()) == wanted

    def enable(self, slot: int, button: int) -> None:
        self.wanted[slot].add(button)
        assert self.command(slot, ENABLE, button) is None

    def disable(self, slot: int, button: int) -> None:
        self.wanted[slot].discard(button)
        assert self.command(slot, DISABLE, button) is None

    def end(self, slot: int) -> None:
        self.wanted[slot] = set()
        super().end(slot)

    def press(self, button: int, *, down: bool = True) -> None:
        self.pins.drive(button, down != (button in LOW))
        self.check()


@pytest.mark.parametrize("slot", [0, 3, SLOTS - 1])
@pytest.mark.parametrize("button", [0, 1, 31])
def test_a_button_is_pressed_and_released(slot: int, button: int) -> None:
    buttons = Buttons(slot)
    assert buttons.command(slot, COUNT) == BUTTONS
    assert buttons.command(slot, READ, button) == 0
    buttons.enable(slot, button)
    buttons.press(button)
    assert buttons.command(slot, READ, button) == 1
    assert buttons.upcalls(slot) == [(CHANGED, button, 1, 0)]
    buttons.press(button, down=False)
    assert buttons.command(slot, READ, button) == 0
    assert buttons.upcalls(slot) == [(CHANGED, button, 0, 0)]


def test_each_process_hears_of_what_it_enabled_and_of_nothing_else() -> None:
    buttons = Buttons(0, 5, 31)
    buttons.enable(0, 1)
    buttons.enable(5, 1)
    buttons.enable(5, 2)
    for button in (0, 1, 2):
        buttons.press(button)
    assert buttons.upcalls(0) == [(CHANGED, 1, 1, 0)]
    assert buttons.upcalls(5) == [(CHANGED, 1, 1, 0), (CHANGED, 2, 1, 0)]
    assert buttons.upcalls(31) == []


def test_one_who_has_enough_does_not_take_a_button_from_others() -> None:
    buttons = Buttons(0, 1)
    buttons.enable(0, 7)
    buttons.enable(1, 7)
    buttons.disable(0, 7)
    buttons.press(7)
    assert buttons.upcalls(0) == []
    assert buttons.upcalls(1) == [(CHANGED, 7, 1, 0)]
    buttons.disable(1, 7)
    buttons.press(7, down=False)
    assert buttons.upcalls(1) == []


def test_enabling_again_changes_nothing() -> None:
    buttons = Buttons(0, 1)
    buttons.enable(0, 7)
    for slot in (0, 1):
        buttons.enable(slot, 7)
    assert buttons.pins.watches == 1, "an edge that waits would be lost"
    buttons.press(7)
    assert buttons.upcalls(0) == [(CHANGED, 7, 1, 0)]


def test_with_a_process_its_wishes_are_gone() -> None:
    buttons = Buttons(2, 4)
    buttons.enable(2, 1)
    buttons.enable(2, 3)
    buttons.enable(4, 3)
    buttons.end(2)
    buttons.start(2)
    buttons.press(1)
    buttons.press(3)
    assert buttons.upcalls(2) == [], "of the life before"
    assert buttons.upcalls(4) == [(CHANGED, 3, 1, 0)]


@pytest.mark.parametrize("number", [ENABLE, DISABLE, READ])
@pytest.mark.parametrize("button", [BUTTONS, 0xFF, 0x100, 0xFFFFFFFF])
def test_a_button_that_is_not_there_is_invalid(number: int, button: int) -> None:
    assert Buttons(0).command(0, number, button) is Err.INVAL


@pytest.mark.parametrize("number", [4, 0x100, 0xFFFFFFFF])
def test_an_unknown_command_is_not_supported(number: int) -> None:
    buttons = Buttons(0)
    assert buttons.command(0, number, 0) is Err.NOSUPPORT
    assert buttons.command(0, number, BUTTONS) is Err.NOSUPPORT


def test_without_memory_nothing_is_enabled_and_nothing_breaks() -> None:
    buttons = Buttons(0, 1)
    buttons.process(0).out_of_memory = True
    assert buttons.command(0, ENABLE, 2) is Err.NOMEM
    assert buttons.command(0, DISABLE, 2) is None
    buttons.enable(1, 2)
    assert buttons.command(0, DISABLE, 2) is None
    buttons.press(2)
    assert buttons.upcalls(0) == []
    assert buttons.upcalls(1) == [(CHANGED, 2, 1, 0)]
