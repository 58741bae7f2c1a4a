# SPDX-License-Identifier: MIT OR Apache-2.0
"""The CMSDK timer driver over registers whose clock goes on with every access."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.fakes.callbacks import Callbacks
from tests.host.fakes.fake_time import WRAP, FakeTime
from tests.host.fakes.registers import Registers, driver_library

if TYPE_CHECKING:
    from tests.host.build import Library
    from tests.host.fakes.callbacks import CData

ENABLE, INTERRUPT_ENABLE = 1, 8
LATE = 8  # accesses, and so ticks, that programming may take


@cache
def library() -> Library:
    return driver_library("cmsdk_timer", "chips/arm/cmsdk_timer.c")


class TimerRegisters(Registers):
    """Counts `time` down; the counter of the board counts the same clock up."""

    def __init__(self, callbacks: Callbacks, time: FakeTime, tick: int) -> None:
        super().__init__(library(), callbacks, "cmsdk_timer_registers")
        self.time = time
        self.ctrl = self.count = self.reload = self.status = 0
        self.between = lambda number: self.advance(tick)

    def value(self, name: str) -> int:
        assert name == "interrupt", f"{name} is not worth an access"
        return self.status

    def written(self, name: str, value: int) -> None:
        if name == "interrupt":
            self.status &= ~value
        elif name == "ctrl":
            assert not value & ENABLE or self.reload, "it would have no period"
            self.ctrl = value
        elif name == "value":
            assert value != 0, "it would never reach 0"
            self.count = value
        else:
            assert name == "reload"
            self.reload = value

    def advance(self, ticks: int) -> None:
        self.settle()
        self.time.true += ticks
        if not self.ctrl & ENABLE:
            return
        if ticks >= self.count:
            self.count += self.reload + 1
            if self.ctrl & INTERRUPT_ENABLE:
                self.status = 1
        self.count -= ticks


class Timer:
    def __init__(self, start: int = 0, tick: int = 1) -> None:
        lib = library()
        self.callbacks = calls = Callbacks(lib)
        self.time = FakeTime(lib, calls, start)
        self.hardware = TimerRegisters(calls, self.time, tick)
        self.fired: list[int] = []
        self.again: CData | None = None
        self.alive: list[CData] = []
        self.client = calls.new("struct time_alarm_client", alarm_fired=self._fired)
        self.state = lib.new("struct cmsdk_timer_state *")
        self.timer = lib.new("struct cmsdk_timer *")
        self.timer.state, self.timer.registers = self.state, self.hardware.memory
        self.timer.counter = self.time.counter[0]
        self.port = lib.new("struct time_alarm *", {"owner": self.timer})
        assert self.call("init", self.timer) == 0

    def call(self, name: str, *arguments: object) -> int:
        result = getattr(library(), f"cmsdk_timer_{name}")(*arguments)
        self.hardware.settle()
        self.callbacks.check()
        return int(result or 0)

    def set(self, dt: int, ago: int = 0) -> None:
        deadline = library().new("struct time_deadline *")
        deadline.client = self.client
        deadline.reference, deadline.dt = (self.time.true - ago) % WRAP, dt
        self.alive.append(deadline)
        self.call("alarm_set", self.port, deadline)

    def disarm(self) -> None:
        self.call("alarm_disarm", self.port)

    def interrupt(self) -> None:
        self.call("interrupt", self.timer)

    def _fired(self, client: CData, deadline: CData) -> None:
        assert client == self.client
        self.hardware.settle()
        assert self.state.deadline == library().ffi.NULL, "called before it was disarmed"
        self.fired.append(self.time.true)
        if self.again is not None:
            following, self.again = self.again, None
            library().cmsdk_timer_alarm_set(self.port, following)

    def run(self, ticks: int) -> None:
        """Time passes in one piece up to the interrupt, then tick by tick."""
        end = self.time.true + ticks
        while self.time.true < end:
            left = end - self.time.true
            enabled = self.hardware.ctrl & ENABLE
            self.hardware.advance(min(left, self.hardware.count) if enabled else left)
            if self.hardware.status:
                self.interrupt()


@pytest.mark.parametrize("tick", [0, 1, 3])
@pytest.mark.parametrize("dt", [0, 1, 2, 5, 6, 7, 1000, (1 << 31) + 1, WRAP - 1])
@pytest.mark.parametrize("start", [0, WRAP - 3])
def test_an_alarm_fires_once_never_early_and_hardly_late(  # bugs 10, 11
    start: int, dt: int, tick: int
) -> None:
    timer = Timer(start, tick)
    reached = timer.time.true + dt
    timer.set(dt)
    timer.run(dt + LATE * 3)
    assert len(timer.fired) == 1
    assert reached <= timer.fired[0] <= reached + 1 + LATE * tick
    assert timer.hardware.ctrl == 0
    timer.run(2 * WRAP)
    assert len(timer.fired) == 1


@pytest.mark.parametrize(("dt", "ago"), [(10, 4), (10, 10), (10, 11), (0, WRAP - 1), (5, 900)])
def test_the_deadline_counts_from_its_reference(dt: int, ago: int) -> None:
    timer = Timer(start=10 * WRAP)
    reached = timer.time.true - ago + dt
    now = timer.time.true
    timer.set(dt, ago)
    assert timer.fired == []
    timer.run(1000)
    assert len(timer.fired) == 1
    assert max(reached, now) <= timer.fired[0] <= max(reached, now) + 1 + LATE


def test_setting_replaces_even_when_the_interrupt_is_waiting() -> None:
    timer = Timer()
    timer.set(10)
    timer.hardware.advance(50)
    assert timer.hardware.status
    timer.set(100)
    timer.interrupt()  # recorded before, served now
    assert timer.fired == []
    start = timer.time.true
    timer.run(200)
    assert len(timer.fired) == 1
    assert timer.fired[0] > start + 80


@pytest.mark.parametrize("left", range(8))
def test_an_end_between_two_accesses_is_the_old_deadlines(left: int) -> None:
    timer = Timer()
    timer.set(100)
    timer.hardware.advance(timer.hardware.count - left)
    timer.set(1000)
    timer.interrupt()
    assert timer.fired == []
    timer.set(100)
    timer.hardware.advance(timer.hardware.count - left)
    timer.disarm()
    timer.interrupt()
    assert timer.fired == []


def test_after_disarm_nothing_comes_even_when_the_interrupt_is_waiting() -> None:
    timer = Timer()
    timer.disarm()
    timer.set(10)
    timer.hardware.advance(50)
    timer.disarm()
    assert (timer.hardware.ctrl, timer.hardware.status) == (0, 0)
    assert timer.state.deadline == library().ffi.NULL
    timer.interrupt()
    timer.run(2 * WRAP)
    assert timer.fired == []
    assert timer.hardware.ctrl == 0


def test_the_next_alarm_can_be_set_in_the_callback() -> None:
    timer = Timer(tick=0)
    timer.again = library().new("struct time_deadline *")
    timer.alive.append(timer.again)
    timer.again.client, timer.again.reference, timer.again.dt = timer.client, 10, 20
    timer.set(10)
    timer.run(100)
    assert timer.fired == [10, 30]


def test_a_status_without_a_deadline_is_only_cleared() -> None:
    timer = Timer()
    timer.hardware.status = 1
    timer.interrupt()
    assert timer.hardware.status == 0
