# SPDX-License-Identifier: MIT OR Apache-2.0
"""The timer mux over a clock that tests move, against intervals in true time.

Every callback checks: running, not early, in order, and how many intervals it stands for.
Every event checks: nobody who was due is left, and the hardware is armed for whoever is
next.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from tests.host.build import Library, host_library
from tests.host.fakes.callbacks import Callbacks, CData
from tests.host.fakes.fake_time import WRAP, FakeTime

CLIENTS = 4
LEG = 1 << 31


class Running(IntEnum):
    STOPPED = 0
    ONCE = 1
    REPEATING = 2


@dataclass(frozen=True)
class Start:
    client: int
    first: int
    period: int = 0


@dataclass(frozen=True)
class Stop:
    client: int


@dataclass(frozen=True)
class Work:
    """The clock goes on while a callback computes."""

    ticks: int


Action = Start | Stop | Work


@dataclass
class Timer:
    """A running one in true time; of equals the one with the lower `order` comes first."""

    due: int
    period: int
    order: int


@dataclass
class Event:
    due: set[int]
    last: tuple[int, int] = (-1, -1)
    called: list[int] = field(default_factory=list)


@cache
def library() -> Library:
    return host_library("mux_timer", ["virtualizers/mux_timer.c"])


class Mux:
    def __init__(self, start: int = 0, clients: int = CLIENTS) -> None:
        lib = library()
        self.callbacks = calls = Callbacks(lib)
        self.time = FakeTime(lib, calls, start)
        self.timers: dict[int, Timer] = {}
        self.order = 0
        self.read = start  # when the mux looked at the counter last, to go by it
        self.plans: dict[int, list[list[Action]]] = {}
        self.fired: list[tuple[int, int, int]] = []  # client, when, intervals
        self.event: Event | None = None
        self.in_call = False
        self.intervals = [lib.new("struct time_interval *") for _ in range(clients)]
        self.ports = [lib.new("struct time_timer *") for _ in range(clients)]
        self.clients = [
            calls.new("struct time_timer_client", timer_fired=self._fired)
            for _ in range(clients)
        ]
        self.state = lib.new("struct mux_timer_state *")
        self.slots = lib.new("struct mux_timer_slot[]", clients)
        self.mux = mux = lib.new("struct mux_timer *")
        mux.state, mux.slots, mux.slot_count = self.state, self.slots, clients
        mux.alarm_alarm = self.time.alarm[0]
        mux.alarm_counter = self.time.counter[0]
        mux.alarm_alarm_client.alarm_fired = calls.fill(
            calls.new("struct time_alarm_client"), alarm_fired=self._event
        ).alarm_fired
        for index, port in enumerate(self.ports):
            port.owner, port.index = mux, index

    # -- what a test does -----------------------------------------------------------------

    def do(self, action: Action) -> None:
        if isinstance(action, Work):
            self.time.true += action.ticks
        elif isinstance(action, Stop):
            library().mux_timer_timer_stop(self.ports[action.client])
            self.timers.pop(action.client, None)
            if self.event:
                self.event.due.discard(action.client)
        else:
            self._start(action)
        self.callbacks.check()
        self._check()

    def start(self, client: int, first: int, period: int = 0) -> None:
        self.do(Start(client, first, period))

    def running(self, client: int) -> Running:
        return Running(library().mux_timer_timer_running(self.ports[client]))

    def remaining(self, client: int) -> int:
        return int(library().mux_timer_timer_remaining(self.ports[client]))

    def _start(self, action: Start) -> None:
        client, interval = action.client, self.intervals[action.client]
        interval.client = self.clients[client]
        interval.first, interval.period = action.first, action.period
        self.in_call = True
        library().mux_timer_timer_start(self.ports[client], interval)
        self.in_call = False
        self.read = self.time.true
        self.order += 1
        self.timers[client] = Timer(self.time.true + action.first, action.period, self.order)
        if self.event:
            self.event.due.discard(client)

    # -- what happens to it -----------------------------------------------------------------

    def _event(self, client: CData, deadline: CData) -> None:
        self.read = now = self.time.true
        self.event = event = Event({w for w, timer in self.timers.items() if timer.due <= now})
        armed_for = deadline.dt
        library().mux_timer_fired(client, deadline)
        self.event = None
        assert not event.due, "due but not called"
        assert event.called or armed_for == LEG, "an event for nobody"
        self._check()

    def _fired(self, client: CData, interval: CData) -> None:
        event, who = self.event, self.clients.index(client)
        assert event is not None, "called outside an event"
        assert not self.in_call, "called inside a call"
        assert who in event.due, "early, twice or stopped"
        assert interval == self.intervals[who]
        timer = self.timers.pop(who)
        assert (timer.due, timer.order) > event.last, "not in the order of deadlines"
        event.last = (timer.due, timer.order)
        event.due.remove(who)
        event.called.append(who)
        ended = self._went_on(who, timer) if timer.period else 1
        assert interval.ended == ended
        self.fired.append((who, self.time.true, ended))
        rounds = self.plans.get(who, [])
        for action in rounds.pop(0) if rounds else []:
            self.do(action)

    def _went_on(self, who: int, timer: Timer) -> int:
        """The next interval keeps the phase; returns how many have ended by `read`."""
        ended = 1 + (self.read - timer.due) // timer.period
        self.order += 1
        self.timers[who] = Timer(timer.due + ended * timer.period, timer.period, self.order)
        return ended

    def _check(self) -> None:
        assert library().mux_timer_check(self.mux)
        for who in range(len(self.ports)):
            timer = self.timers.get(who)
            kind = (
                Running.STOPPED
                if timer is None
                else Running.REPEATING
                if timer.period
                else Running.ONCE
            )
            assert self.running(who) is kind
            assert self.remaining(who) == (
                0 if timer is None else max(0, timer.due - self.time.true)
            )
        armed = self.time.armed
        if self.event is not None:
            assert armed is None, "armed before the event is over"
            return
        assert (armed is not None) == bool(self.timers)
        if armed is not None:
            first = min(timer.due for timer in self.timers.values())
            assert armed.at <= max(first, self.time.true), "the next one would be late"


near = st.integers(0, 40)
far = st.sampled_from([LEG, WRAP - 1]).flatmap(
    lambda top: st.integers(max(0, top - 40), min(WRAP - 1, top + 40))
)
ticks = near | near | far | st.integers(0, WRAP - 1)
who = st.integers(0, CLIENTS - 1)
periods = st.just(0) | near | st.integers(LEG >> 4, WRAP - 1)
starts = st.builds(Start, who, ticks, periods)
plans = st.lists(starts | st.builds(Stop, who) | st.builds(Work, near), max_size=3)


class MuxAgainstTrueTime(RuleBasedStateMachine):
    @initialize(start=ticks)
    def begin(self, start: int) -> None:
        self.mux = Mux(start)

    @rule(action=starts | st.builds(Stop, who))
    def do(self, action: Action) -> None:
        self.mux.do(action)

    @rule(client=who, plan=st.lists(plans, max_size=3))
    def plan(self, client: int, plan: list[list[Action]]) -> None:
        self.mux.plans[client] = plan

    @rule(duration=near | st.integers(0, 900), lateness=near)
    def pass_time(self, duration: int, lateness: int) -> None:
        self.mux.time.advance(duration, lateness)

    @rule(duration=st.integers(0, 2 * WRAP), lateness=near | st.integers(0, LEG - 1))
    def pass_long(self, duration: int, lateness: int) -> None:
        """Only those with long periods: the others would have to be called too often."""
        for client, timer in list(self.mux.timers.items()):
            if 0 < timer.period < LEG >> 4:
                self.mux.do(Stop(client))
        self.mux.plans.clear()
        self.mux.time.advance(duration, lateness)


TestMuxAgainstTrueTime = MuxAgainstTrueTime.TestCase


def test_a_timer_says_whether_it_runs_once_or_again() -> None:  # bug 12
    mux = Mux()
    mux.start(0, 5, 5)
    mux.start(1, 5)
    said = [mux.running(client) for client in range(3)]
    assert said == [Running.REPEATING, Running.ONCE, Running.STOPPED]


def test_lateness_does_not_add_up() -> None:
    mux = Mux(start=WRAP - 25)
    mux.start(0, 10, 10)
    mux.time.advance(100, lateness=3)
    assert [when - (WRAP - 25) for _, when, _ in mux.fired] == [*range(13, 94, 10)]
    assert {ended for *_, ended in mux.fired} == {1}


def test_periods_that_are_over_are_counted_and_not_made_up_for() -> None:
    mux = Mux()
    mux.start(0, 10, 10)
    mux.plans[0] = [[Work(35)]]
    mux.time.advance(70)
    assert mux.fired == [(0, 10, 1), (0, 45, 3), (0, 50, 1), (0, 60, 1), (0, 70, 1)]


def test_an_event_as_late_as_a_period_counts_the_next_one_too() -> None:
    mux = Mux()
    mux.start(0, 10, 10)
    mux.time.advance(20, lateness=10)
    assert mux.fired == [(0, 20, 2)]
    assert mux.remaining(0) == 10


@pytest.mark.parametrize("late", [0, 1, 2, 1000])
@pytest.mark.parametrize("length", [WRAP - 1, WRAP - 2, LEG, 10])
def test_nothing_is_left_of_an_interval_whose_event_is_late(length: int, late: int) -> None:
    """However long it was: since it began the counter may have gone round."""
    mux = Mux(start=77)
    mux.start(0, length)
    mux.time.advance(length + late, lateness=2000)
    assert mux.fired == []
    assert mux.remaining(0) == 0
    mux.time.advance(2000)
    assert [client for client, *_ in mux.fired] == [0]


def test_the_shortest_period_leaves_the_others_their_events() -> None:
    mux = Mux()
    mux.start(0, 0, 1)
    mux.start(1, 3)
    mux.plans[0] = [[Work(5)] for _ in range(3)]
    mux.time.fire()
    mux.time.fire()
    assert mux.fired == [(0, 0, 1), (0, 5, 5), (1, 10, 1)]


def test_a_timer_after_one_that_fired_is_not_forgotten() -> None:
    """Where there is a count of running ones, the end of a one-shot must lower it."""
    mux = Mux()
    mux.start(0, 1000)
    mux.time.advance(1000)
    mux.time.advance(0xFFFF00 - 1000)
    mux.start(1, 0x1000)
    mux.time.advance(0x1000)
    assert [client for client, *_ in mux.fired] == [0, 1]


def test_a_timer_stops_and_starts_in_its_own_event() -> None:
    mux = Mux()
    mux.plans[0] = [[], [Stop(0), Start(0, 50)], []]
    mux.start(0, 10, 10)
    mux.time.advance(1000)
    assert mux.fired == [(0, 10, 1), (0, 20, 1), (0, 70, 1)]


def test_a_stopped_one_that_was_due_too_is_not_called() -> None:
    mux = Mux()
    mux.plans[0] = [[Stop(1), Stop(2)]]
    for client in range(4):
        mux.start(client, 10, 7)
    mux.time.advance(10)
    assert [client for client, *_ in mux.fired] == [0, 3]


@pytest.mark.parametrize("period", [LEG, WRAP - 1])
def test_a_period_close_to_the_range_keeps_its_phase(period: int) -> None:
    mux = Mux(start=5)
    mux.start(0, period, period)
    mux.time.advance(3 * period + 1000, lateness=1000)
    assert [when for _, when, _ in mux.fired] == [5 + n * period + 1000 for n in (1, 2, 3)]


def test_the_most_clients_there_can_be_are_called_in_order() -> None:
    mux = Mux(clients=254)
    for client in range(254):
        mux.start(client, (client * 7) % 254)
    mux.time.advance(300, lateness=20)
    assert sorted(client for client, *_ in mux.fired) == [*range(254)]
