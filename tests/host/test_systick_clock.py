# SPDX-License-Identifier: MIT OR Apache-2.0
"""SysTick as a clock: it wraps, and its handler runs, in front of any access of a reader.

The exception is raised when the counter comes to 0, one tick before it reloads (Armv7-M
Architecture Reference Manual, B3.3.1). Each access takes `tick` ticks, the handler's too.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.fakes.callbacks import Callbacks
from tests.host.fakes.fake_time import WRAP
from tests.host.fakes.registers import Registers, driver_library

if TYPE_CHECKING:
    from tests.host.build import Library

RELOAD = (1 << 24) - 1
PERIOD = RELOAD + 1
ON = 7  # enabled, with its exception, by the processor's clock


@cache
def library() -> Library:
    return driver_library("systick_clock", "chips/cortexm/systick_clock.c")


class SysTick(Registers):
    """`true` is the time since it was switched on; the handler runs where it is raised."""

    def __init__(self, clock: Clock, tick: int) -> None:
        super().__init__(library(), clock.callbacks, "systick_clock_registers")
        self.clock = clock
        self.true = 0
        self.on = self.serving = False
        self.reload: int | None = None
        self.between = lambda number: self.advance(tick)

    def value(self, name: str) -> int:
        assert name == "cvr", f"{name} is not worth an access"
        return RELOAD - self.true % PERIOD

    def written(self, name: str, value: int) -> None:
        if name == "csr":
            assert (value, self.reload) == (ON, RELOAD)
            self.on = True
        elif name == "rvr":
            self.reload = value
        else:
            assert name == "cvr"

    def advance(self, ticks: int) -> None:
        if not self.on:
            return
        before = (self.true + 1) // PERIOD
        self.true += ticks
        raised = (self.true + 1) // PERIOD - before
        assert raised <= 1
        assert not raised or not self.serving
        if raised:
            self.serving = True
            library().systick_clock_interrupt(self.clock.clock)
            self.serving = False


class Clock:
    def __init__(self, tick: int) -> None:
        lib = library()
        self.callbacks = Callbacks(lib)
        self.hardware = SysTick(self, tick)
        self.state = lib.new("struct systick_clock_state *")
        self.clock = lib.new("struct systick_clock *")
        self.clock.state, self.clock.registers = self.state, self.hardware.memory
        self.port = lib.new("struct time_counter *", {"owner": self.clock})
        assert lib.systick_clock_init(self.clock) == 0
        self.hardware.settle()
        self.callbacks.check()

    def now(self) -> int:
        now = int(library().systick_clock_counter_now(self.port))
        self.hardware.settle()
        self.callbacks.check()
        return now

    def go_to(self, true: int) -> None:
        """Time passes up to there, a period at most at once."""
        while self.hardware.true < true:
            self.hardware.advance(min(PERIOD - 1, true - self.hardware.true))


@pytest.mark.parametrize("tick", [1, 2, 3])
@pytest.mark.parametrize("before", range(20))
@pytest.mark.parametrize("wraps", [1, 2, 256])
def test_a_reader_gets_the_time_of_its_call_whenever_it_wraps(
    wraps: int, before: int, tick: int
) -> None:
    clock = Clock(tick)
    clock.go_to(wraps * PERIOD - before)
    for _ in range(10):
        earliest = clock.hardware.true
        now = clock.now()
        assert (now - earliest) % WRAP <= clock.hardware.true - earliest


def test_the_counter_wraps_at_32_bits() -> None:
    clock = Clock(tick=1)
    clock.go_to(WRAP - 50)
    assert WRAP - 50 <= clock.now() < WRAP
    clock.go_to(WRAP + 50)
    assert 50 <= clock.now() < 60


def test_a_reader_meets_each_wrap_once_and_reads_twice_at_most() -> None:
    clock = Clock(tick=1)
    most = 0
    for before in range(20):
        clock.go_to((before + 1) * PERIOD - before)
        start = clock.hardware.accesses
        clock.now()
        most = max(most, clock.hardware.accesses - start)
    assert most == 2 * 3 + 2  # three accesses, twice, and the two of the handler
