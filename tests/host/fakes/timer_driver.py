# SPDX-License-Identifier: MIT OR Apache-2.0
"""A timer that counts down to an alarm, its client and its counter, whatever the hardware."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from tests.host.fakes.callbacks import Callbacks
from tests.host.fakes.fake_time import WRAP, FakeTime
from tests.host.fakes.registers import Registers

if TYPE_CHECKING:
    from tests.host.build import Library
    from tests.host.fakes.callbacks import CData


class TimerHardware(Registers):
    """`count` goes down with `time`; its end sets `status`. The counter has the same clock."""

    def __init__(
        self, library: Library, callbacks: Callbacks, struct: str, time: FakeTime, tick: int
    ) -> None:
        super().__init__(library, callbacks, struct)
        self.time = time
        self.count = self.status = 0
        self.between = lambda number: self.advance(tick)

    @abstractmethod
    def enabled(self) -> bool:
        """Whether it counts."""

    @abstractmethod
    def ended(self) -> None:
        """It has counted to the end."""

    def up(self) -> bool:
        """Whether its line is up."""
        return bool(self.status)

    def advance(self, ticks: int) -> None:
        """Let time pass."""
        self.settle()
        self.time.true += ticks
        if not self.enabled():
            return
        if ticks < self.count:
            self.count -= ticks
        else:
            beyond = ticks - self.count
            self.count = 0
            self.ended()
            self.count -= min(beyond, self.count)


class TimerDriver(ABC):
    """The driver called `name`. A subclass says what its hardware is.

    Time goes on by `tick` at every access; `start` is when it was set up.
    """

    name: ClassVar[str]
    hardware: TimerHardware

    @abstractmethod
    def library(self) -> Library:
        """The driver, compiled."""

    @abstractmethod
    def make_hardware(self, callbacks: Callbacks, time: FakeTime, tick: int) -> TimerHardware:
        """Its registers."""

    def __init__(self, start: int = 0, tick: int = 1) -> None:
        lib = self.lib = self.library()
        self.callbacks = calls = Callbacks(lib)
        self.time = FakeTime(lib, calls, start)
        self.hardware = self.make_hardware(calls, self.time, tick)
        self.fired: list[int] = []
        self.again: CData | None = None
        self.alive: list[CData] = []
        self.client = calls.new("struct time_alarm_client", alarm_fired=self._fired)
        self.state = lib.new(f"struct {self.name}_state *")
        self.timer = lib.new(f"struct {self.name} *")
        self.timer.state, self.timer.registers = self.state, self.hardware.memory
        self.timer.counter = self.time.counter[0]
        self.port = lib.new("struct time_alarm *", {"owner": self.timer})
        assert self.call("init", self.timer) == 0

    def call(self, name: str, *arguments: object) -> int:
        result = getattr(self.lib, f"{self.name}_{name}")(*arguments)
        self.hardware.settle()
        self.callbacks.check()
        return int(result or 0)

    def deadline(self, reference: int, dt: int) -> CData:
        made = self.lib.new("struct time_deadline *")
        made.client, made.reference, made.dt = self.client, reference % WRAP, dt
        self.alive.append(made)
        return made

    def set(self, dt: int, ago: int = 0) -> None:
        self.call("alarm_set", self.port, self.deadline(self.time.true - ago, dt))

    def disarm(self) -> None:
        self.call("alarm_disarm", self.port)

    def interrupt(self) -> None:
        self.call("interrupt", self.timer)

    def _fired(self, client: CData, deadline: CData) -> None:
        assert client == self.client
        self.hardware.settle()
        assert self.state.deadline == self.lib.ffi.NULL, "called before it was disarmed"
        self.fired.append(self.time.true)
        if self.again is not None:
            following, self.again = self.again, None
            getattr(self.lib, f"{self.name}_alarm_set")(self.port, following)

    def run(self, ticks: int) -> None:
        """Time passes in one piece up to the interrupt, then tick by tick."""
        end = self.time.true + ticks
        while self.time.true < end:
            left = end - self.time.true
            counting = self.hardware.enabled()
            self.hardware.advance(min(left, self.hardware.count) if counting else left)
            if self.hardware.up():
                self.interrupt()
