# SPDX-License-Identifier: MIT OR Apache-2.0
"""The watchdog of the LM3S over simulated registers: it counts down twice, then resets.

As on silicon, nothing can be written before the key is, and nothing stops it once it runs.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.fakes.callbacks import Callbacks
from tests.host.fakes.registers import Registers, driver_library

if TYPE_CHECKING:
    from tests.host.build import Library

RUN, RESET, STALL, KEY = 1, 2, 1 << 8, 0x1ACCE551
HALF = 100


@cache
def library(cause: str) -> Library:
    """The driver on a chip that was reset by its watchdog, or was not."""
    clock = (
        '#include "chips/lm3s/lm3s_clock.h"\n\n'
        f"bool lm3s_clock_watchdog_barked(void)\n{{\n    return {cause};\n}}\n"
    )
    name = f"lm3s_watchdog_{cause}"
    return driver_library(name, "chips/lm3s/lm3s_watchdog.c", extra_c=clock)


class Hardware(Registers):
    locked = True
    load = count = 0xFFFFFFFF
    control = status = test = 0
    resets = 0

    def value(self, name: str) -> int:
        assert name == "masked", f"{name} is not worth an access"
        return self.status & self.control

    def written(self, name: str, value: int) -> None:
        if name == "lock":
            self.locked = value != KEY
            return
        assert not self.locked, f"{name} is locked"
        if name == "load":
            self.load = self.count = value
        elif name == "test":
            self.test = value
        elif name == "clear":
            self.status, self.count = 0, self.load
        else:
            assert name == "control"
            if not self.control & RUN:
                self.control = value

    def advance(self, ticks: int) -> None:
        for _ in range(ticks * (self.control & RUN)):
            self.count -= 1
            if self.count == 0:
                self.count = self.load
                self.resets += bool(self.status and self.control & RESET)
                self.status = 1


class Watchdog:
    def __init__(self, *, cause: bool = False) -> None:
        lib = self.lib = library("true" if cause else "false")
        self.callbacks = Callbacks(lib)
        self.hardware = Hardware(lib, self.callbacks, "lm3s_watchdog_registers")
        self.state = lib.new("struct lm3s_watchdog_state *")
        self.watchdog = lib.new("struct lm3s_watchdog *")
        self.watchdog.state, self.watchdog.half_ticks = self.state, HALF
        self.watchdog.registers = self.hardware.memory
        self.port = lib.new("struct policy_watchdog *", {"owner": self.watchdog})
        assert self.call("init", self.watchdog) == 0

    def call(self, name: str, argument: object) -> int:
        result = getattr(self.lib, f"lm3s_watchdog_{name}")(argument)
        self.hardware.settle()
        self.callbacks.check()
        return int(result or 0)

    def asked(self, name: str) -> int:
        return self.call(f"watchdog_{name}", self.port)

    def interrupt(self) -> None:
        self.call("interrupt", self.watchdog)


def test_it_resets_who_is_silent_for_both_halves_and_not_before() -> None:
    dog = Watchdog()
    dog.hardware.advance(2 * HALF - 1)
    assert dog.hardware.resets == 0
    dog.hardware.advance(1)
    assert dog.hardware.resets == 1


@pytest.mark.parametrize("silence", [1, HALF - 1, HALF, 2 * HALF - 1])
def test_a_sign_of_life_gives_the_whole_time_again(silence: int) -> None:
    dog = Watchdog()
    for _ in range(20):
        dog.hardware.advance(silence)
        dog.asked("tickle")
    dog.hardware.advance(2 * HALF - 1)
    assert dog.hardware.resets == 0
    dog.hardware.advance(1)
    assert dog.hardware.resets == 1


def test_a_sleeper_is_woken_in_time_and_lives() -> None:
    dog = Watchdog()
    dog.asked("suspend")
    for _ in range(20):
        dog.hardware.advance(HALF)
        assert dog.hardware.value("masked"), "nobody wakes it"
        dog.interrupt()
    dog.asked("resume")
    assert dog.hardware.resets == 0


def test_an_interrupt_for_nothing_is_no_sign_of_life() -> None:
    dog = Watchdog()
    dog.hardware.advance(HALF - 1)
    dog.interrupt()
    dog.hardware.advance(1)
    assert dog.hardware.value("masked")


@pytest.mark.parametrize("cause", [False, True])
def test_it_says_what_the_chip_knows_of_its_reset(cause: bool) -> None:
    assert Watchdog(cause=cause).asked("barked") == cause


def test_a_debugger_that_holds_the_core_holds_it_too() -> None:
    assert Watchdog().hardware.test == STALL
