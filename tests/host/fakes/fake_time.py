# SPDX-License-Identifier: MIT OR Apache-2.0
"""A clock that a test moves, and one alarm on it, as the C sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.host.build import Library
    from tests.host.fakes.callbacks import Callbacks, CData

WRAP = 1 << 32
EVENTS = 1000


@dataclass
class Armed:
    """A deadline as it was lent, and the true time at which it is reached."""

    deadline: CData
    content: tuple[object, int, int]
    at: int

    def unchanged(self) -> bool:
        deadline = self.deadline
        return self.content == (deadline.client, deadline.reference, deadline.dt)


class FakeTime:
    """True time never wraps; `counter` and `alarm` are ports whose counter does."""

    def __init__(self, library: Library, callbacks: Callbacks, start: int = 0) -> None:
        self.true = start
        self.reads = 0
        self.armed: Armed | None = None
        self.callbacks = callbacks
        self.counter = library.new("struct time_counter *")
        self.counter.ops = callbacks.new("struct time_counter_ops", counter_now=self._now)
        self.alarm = library.new("struct time_alarm *")
        self.alarm.ops = callbacks.new(
            "struct time_alarm_ops", alarm_set=self._set, alarm_disarm=self._disarm
        )

    def _now(self, port: CData) -> int:
        self.reads += 1
        return self.true % WRAP

    def _set(self, port: CData, deadline: CData) -> None:
        assert self.armed is None or self.armed.unchanged(), "changed while lent"
        passed = (self.true - deadline.reference) % WRAP
        content = (deadline.client, deadline.reference, deadline.dt)
        self.armed = Armed(deadline, content, self.true + max(0, deadline.dt - passed))

    def _disarm(self, port: CData) -> None:
        assert self.armed is None or self.armed.unchanged(), "changed while lent"
        self.armed = None

    def fire(self) -> None:
        """The event of the armed deadline, now."""
        armed = self.armed
        assert armed is not None
        assert self.true >= armed.at
        assert armed.unchanged(), "changed while lent"
        self.armed = None
        armed.deadline.client.alarm_fired(armed.deadline.client, armed.deadline)
        self.callbacks.check()

    def advance(self, ticks: int, lateness: int = 0) -> None:
        """Let time pass; each event comes so many ticks after it was due."""
        end = self.true + ticks
        for _ in range(EVENTS):
            if self.armed is None or self.armed.at + lateness > end:
                self.true = max(self.true, end)
                return
            self.true = max(self.true, self.armed.at + lateness)
            self.fire()
        raise AssertionError("events without end")
