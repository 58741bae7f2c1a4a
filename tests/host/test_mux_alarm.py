# SPDX-License-Identifier: MIT OR Apache-2.0
"""The alarm mux over a clock that tests move, against deadlines in true time.

Every callback checks: armed, not early, once, in order. Every event checks: nobody who was
due is left, and the hardware is armed for whoever is next.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from tests.host.build import Library, host_library
from tests.host.fakes.callbacks import Callbacks, CData
from tests.host.fakes.fake_time import WRAP, FakeTime

CLIENTS = 4
LEG = 1 << 31


@dataclass(frozen=True)
class Set:
    client: int
    dt: int
    ago: int = 0


@dataclass(frozen=True)
class Disarm:
    client: int


@dataclass(frozen=True)
class Work:
    """The clock goes on while a callback computes."""

    ticks: int


Action = Set | Disarm | Work


@dataclass
class Event:
    """What one hardware event must do, and has done so far."""

    at: int
    due: set[int]
    last: tuple[int, int] = (-1, -1)
    sets: int = 0
    called: list[int] = field(default_factory=list)


@cache
def library() -> Library:
    return host_library("mux_alarm", ["virtualizers/mux_alarm.c"])


class Mux:
    def __init__(self, start: int = 0, clients: int = CLIENTS) -> None:
        lib = library()
        self.callbacks = calls = Callbacks(lib)
        self.time = FakeTime(lib, calls, start)
        self.expected: dict[int, tuple[int, int]] = {}  # client: true deadline, order
        self.order = 0
        self.plans: dict[int, list[list[Action]]] = {}
        self.fired: list[tuple[int, int]] = []
        self.event: Event | None = None
        self.in_call = False
        self.deadlines = [lib.new("struct time_deadline *") for _ in range(clients)]
        self.ports = [lib.new("struct time_alarm *") for _ in range(clients)]
        self.clients = [
            calls.new("struct time_alarm_client", alarm_fired=self._fired)
            for _ in range(clients)
        ]
        self.state = lib.new("struct mux_alarm_state *")
        self.slots = lib.new("struct mux_alarm_slot[]", clients)
        self.mux = mux = lib.new("struct mux_alarm *")
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
        elif isinstance(action, Disarm):
            library().mux_alarm_alarm_disarm(self.ports[action.client])
            self.expected.pop(action.client, None)
            if self.event:
                self.event.due.discard(action.client)
        else:
            self._set(action)
        self.callbacks.check()
        self._check()

    def set(self, client: int, dt: int, ago: int = 0) -> None:
        self.do(Set(client, dt, ago))

    def _set(self, action: Set) -> None:
        client, deadline = action.client, self.deadlines[action.client]
        deadline.client = self.clients[client]
        deadline.reference = (self.time.true - action.ago) % WRAP
        deadline.dt = action.dt
        self.in_call = True
        library().mux_alarm_alarm_set(self.ports[client], deadline)
        self.in_call = False
        self.order += 1
        reached = self.time.true + max(0, action.dt - action.ago)
        self.expected[client] = (reached, self.order)
        if self.event:
            self.event.due.discard(client)
            self.event.sets += 1

    # -- what happens to it -----------------------------------------------------------------

    def _event(self, client: CData, deadline: CData) -> None:
        now = self.time.true
        due = {who for who, (reached, _) in self.expected.items() if reached <= now}
        self.event = event = Event(now, due)
        reads, armed_for = self.time.reads, deadline.dt
        library().mux_alarm_fired(client, deadline)
        self.event = None
        assert self.time.reads - reads == 1 + event.sets, "one read, and one in each set"
        assert not event.due, "due but not called"
        assert event.called or armed_for == LEG, "an event for nobody"
        self._check()

    def _fired(self, client: CData, deadline: CData) -> None:
        event, who = self.event, self.clients.index(client)
        assert event is not None, "called outside an event"
        assert not self.in_call, "called inside a call"
        assert who in event.due, "early, twice or disarmed"
        assert deadline == self.deadlines[who]
        assert self.expected[who] > event.last, "not in the order of deadlines"
        event.last = self.expected.pop(who)
        event.due.remove(who)
        event.called.append(who)
        self.fired.append((who, self.time.true))
        rounds = self.plans.get(who, [])
        for action in rounds.pop(0) if rounds else []:
            self.do(action)

    def _check(self) -> None:
        assert library().mux_alarm_check(self.mux)
        armed = self.time.armed
        if self.event is not None:
            assert armed is None, "armed before the event is over"
            return
        assert (armed is not None) == bool(self.expected)
        if armed is not None:
            first = min(self.expected.values())[0]
            assert armed.at <= max(first, self.time.true), "the next one would be late"


near = st.integers(0, 40)
far = st.sampled_from([LEG, WRAP - 1]).flatmap(
    lambda top: st.integers(max(0, top - 40), min(WRAP - 1, top + 40))
)
ticks = near | near | far | st.integers(0, WRAP - 1)
who = st.integers(0, CLIENTS - 1)
sets = st.builds(Set, who, ticks, st.just(0) | ticks)
plans = st.lists(sets | st.builds(Disarm, who) | st.builds(Work, near), max_size=3)


class MuxAgainstTrueTime(RuleBasedStateMachine):
    @initialize(start=ticks)
    def begin(self, start: int) -> None:
        self.mux = Mux(start)

    @rule(action=sets | st.builds(Disarm, who))
    def do(self, action: Action) -> None:
        self.mux.do(action)

    @rule(client=who, plan=st.lists(plans, max_size=3))
    def plan(self, client: int, plan: list[list[Action]]) -> None:
        self.mux.plans[client] = plan

    @rule(duration=ticks | st.integers(0, 3 * WRAP), lateness=near | st.integers(0, LEG - 1))
    def pass_time(self, duration: int, lateness: int) -> None:
        self.mux.time.advance(duration, lateness)

    @rule()
    def rest(self) -> None:
        """A lap later everybody has been called."""
        self.mux.plans.clear()
        self.mux.time.advance(2 * WRAP)
        assert not self.mux.expected


TestMuxAgainstTrueTime = MuxAgainstTrueTime.TestCase


def test_three_alarms_due_at_one_event_are_called_once_each() -> None:  # bug 1
    mux = Mux()
    for client, dt in ((0, 10), (1, 10), (2, 11)):
        mux.set(client, dt)
    mux.time.advance(11, lateness=1)
    assert mux.fired == [(0, 11), (1, 11), (2, 11)]
    mux.time.advance(WRAP)
    assert len(mux.fired) == 3


def test_an_alarm_that_expires_during_a_callback_comes_right_after() -> None:  # bug 3
    mux = Mux()
    mux.set(0, 10)
    mux.set(1, 20)
    mux.plans[0] = [[Work(50)]]
    mux.time.advance(62)
    assert mux.fired == [(0, 10), (1, 60)]


@pytest.mark.parametrize("dt", [WRAP - 2, WRAP - 1])
@pytest.mark.parametrize("lateness", [0, 1, 1000])
def test_a_deadline_close_to_the_range_fires_once(dt: int, lateness: int) -> None:  # bug 4
    mux = Mux(start=5)
    mux.set(0, dt)
    mux.time.advance(dt - 1)
    assert mux.fired == []
    mux.time.advance(1 + lateness, lateness)
    assert mux.fired == [(0, 5 + dt + lateness)]
    mux.time.advance(3 * WRAP)
    assert len(mux.fired) == 1


def test_an_alarm_armed_again_in_its_callback_waits_its_time() -> None:  # bug 5
    mux = Mux()
    mux.plans[0] = [[Set(0, 50)]]
    mux.set(0, 100)
    mux.time.advance(400)
    assert mux.fired == [(0, 100), (0, 150)]


def test_an_alarm_between_event_and_arming_is_not_a_lap_away() -> None:  # bug 6
    mux = Mux(start=100)
    for client, dt in ((0, 50), (1, 54), (2, 500)):
        mux.set(client, dt)
    mux.plans[0] = [[Work(5)]]
    mux.time.advance(1000)
    assert mux.fired == [(0, 150), (1, 155), (2, 600)]


@pytest.mark.parametrize("start", [WRAP - 1, WRAP - 5, LEG - 1])
def test_an_alarm_over_the_wrap_fires_in_time(start: int) -> None:  # bugs 9, 10
    mux = Mux(start)
    mux.set(0, 3)
    mux.set(1, 8)
    mux.time.advance(20)
    assert mux.fired == [(0, start + 3), (1, start + 8)]


@pytest.mark.parametrize("dt", [0, 1, 2])
def test_a_tiny_deadline_always_fires(dt: int) -> None:  # bug 11
    for passed in range(4):
        mux = Mux(start=1000)
        mux.set(0, dt, ago=passed)
        mux.time.advance(3)
        assert mux.fired == [(0, 1000 + max(0, dt - passed))]


def test_the_last_disarm_disarms_the_hardware_and_leaves_nothing_behind() -> None:
    mux = Mux()
    mux.set(0, 10)
    mux.do(Disarm(0))
    assert mux.time.armed is None
    mux.set(1, 1000)
    mux.time.advance(1000)
    assert mux.fired == [(1, 1000)]


def test_a_client_that_arms_with_zero_for_ever_does_not_hold_the_event() -> None:
    mux = Mux()
    mux.plans[0] = [[Set(0, 0)] for _ in range(5)]
    mux.set(0, 0)
    mux.set(1, 0)
    mux.time.fire()
    assert [client for client, _ in mux.fired] == [0, 1]
    mux.time.fire()
    assert [client for client, _ in mux.fired] == [0, 1, 0]


def test_a_callback_can_disarm_one_that_is_due_too() -> None:
    mux = Mux()
    mux.plans[0] = [[Disarm(1), Set(2, 0)]]
    for client in range(4):
        mux.set(client, 10)
    mux.time.advance(10 + 3, lateness=3)
    assert [client for client, _ in mux.fired] == [0, 3]
    mux.time.advance(10)
    assert [client for client, _ in mux.fired] == [0, 3, 2]


def test_the_most_clients_there_can_be_are_called_in_order() -> None:
    mux = Mux(clients=254)
    for client in range(254):
        mux.set(client, (client * 7) % 254)
    mux.time.advance(300, lateness=20)
    assert sorted(client for client, _ in mux.fired) == [*range(254)]


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_those_behind_one_that_goes_keep_their_time(gone: int) -> None:
    for action in (Disarm(gone), Set(gone, 100)):
        mux = Mux()
        for client, dt in ((0, 10), (1, 30), (2, 60)):
            mux.set(client, dt)
        mux.time.advance(4)
        mux.do(action)
        mux.time.advance(90)
        kept = [(0, 10), (1, 30), (2, 60)]
        del kept[gone]
        assert mux.fired == kept


def test_disarming_a_later_one_in_a_callback_keeps_those_that_are_due() -> None:
    mux = Mux()
    mux.plans[0] = [[Disarm(2), Set(3, 5)]]
    for client, dt in ((0, 10), (1, 10), (2, 50)):
        mux.set(client, dt)
    mux.time.advance(10)
    assert [client for client, _ in mux.fired] == [0, 1]
    mux.time.advance(WRAP)
    assert mux.fired[2:] == [(3, 15)]


def test_disarming_the_next_one_in_a_callback_arms_the_hardware_at_the_end_only() -> None:
    mux = Mux()
    mux.plans[0] = [[Disarm(1), Work(100)]]
    for client, dt in ((0, 10), (1, 20), (2, 30)):
        mux.set(client, dt)
    mux.time.advance(10)
    assert mux.fired == [(0, 10)]
    mux.time.advance(0)
    assert mux.fired == [(0, 10), (2, 110)]


@pytest.mark.parametrize("elapsed", [1, 100, LEG - 1])
def test_a_longest_deadline_beside_an_older_one_is_neither_lost_nor_early(elapsed: int) -> None:
    mux = Mux()
    mux.set(0, LEG + 5)
    mux.time.advance(elapsed)
    mux.set(1, WRAP - 1)
    mux.time.advance(3 * WRAP)
    assert mux.fired == [(0, LEG + 5), (1, elapsed + WRAP - 1)]


def test_an_overdue_one_keeps_its_place_before_a_longest_deadline() -> None:
    mux = Mux()
    mux.set(0, 10)
    mux.set(2, 12)
    mux.do(Work(20))  # the event is late: its interrupt has not been served yet
    mux.set(1, WRAP - 1)
    mux.time.advance(2 * WRAP)
    assert mux.fired == [(0, 20), (2, 20), (1, 20 + WRAP - 1)]
