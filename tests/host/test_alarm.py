# SPDX-License-Identifier: MIT OR Apache-2.0
"""The alarm capsule over a clock that tests move. Numbers: reference bugs of the field."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from tests.host.fakes.capsule import SLOTS, Capsule, Err, capsule_library
from tests.host.fakes.fake_time import WRAP, FakeTime

if TYPE_CHECKING:
    from tests.host.build import Library

FREQUENCY, NOW, STOP, SET_RELATIVE, SET_ABSOLUTE = 1, 2, 3, 5, 6
FIRED = 0
FREQUENCY_HZ = 25_000_000
LEG = 1 << 31


@cache
def library() -> Library:
    return capsule_library("alarm")


class Alarm(Capsule):
    def __init__(self, *slots: int, start: int = 0) -> None:
        super().__init__(library(), "alarm", upcalls=1)
        lib, alarm = self.library, self.capsule
        self.time = FakeTime(lib, self.callbacks, start)
        self.state = lib.new("struct alarm_state *")
        alarm.state = self.state
        alarm.timer_alarm = self.time.alarm[0]
        alarm.timer_counter = self.time.counter[0]
        alarm.timer_alarm_client.alarm_fired = lib.address("alarm_fired")
        alarm.frequency_hz = FREQUENCY_HZ
        self.start(*slots)

    def check(self) -> None:
        super().check()
        assert (self.time.armed is not None) == (self.state.armed != 0)

    def arm(self, slot: int, dt: int) -> None:
        """A relative alarm; its expiry is the result."""
        assert self.command(slot, SET_RELATIVE, dt) == (self.time.true + dt) % WRAP

    def fired(self, slot: int) -> list[int]:
        """The times at which alarms of this process have gone off since the last look."""
        return [now for _, now, _, _ in self.upcalls(slot)]


def test_frequency_and_now_are_told() -> None:
    alarm = Alarm(0, start=WRAP + 7)
    assert alarm.command(0, FREQUENCY) == FREQUENCY_HZ
    assert alarm.command(0, NOW) == 7


def test_a_relative_alarm_goes_off_once_with_now_and_expiry() -> None:
    alarm = Alarm(0, start=100)
    assert alarm.command(0, SET_RELATIVE, 50) == 150
    alarm.time.advance(49)
    assert alarm.upcalls(0) == []
    alarm.time.advance(10, lateness=3)
    assert alarm.upcalls(0) == [(FIRED, 153, 150, 0)]
    alarm.time.advance(2 * WRAP)
    assert alarm.upcalls(0) == []


def test_an_absolute_alarm_counts_from_its_reference() -> None:
    alarm = Alarm(0, start=100)
    assert alarm.command(0, SET_ABSOLUTE, 90, 30) == 120
    alarm.time.advance(100)
    assert alarm.upcalls(0) == [(FIRED, 120, 120, 0)]


@pytest.mark.parametrize(("reference", "dt"), [(50, 50), (50, 10), (100, 0), (101, 0)])
def test_an_expiry_in_the_past_goes_off_soon_but_not_inside_the_command(
    reference: int, dt: int
) -> None:
    alarm = Alarm(0, start=100)
    assert alarm.command(0, SET_ABSOLUTE, reference, dt) == reference + dt
    assert alarm.upcalls(0) == []
    alarm.time.advance(1)
    assert alarm.upcalls(0) == [(FIRED, 100, reference + dt, 0)]


def test_other_commands_leave_an_armed_alarm_alone() -> None:  # bug 2
    alarm = Alarm(0, 1)
    alarm.arm(0, 100)
    alarm.time.advance(50)
    for _ in range(5):
        alarm.command(0, FREQUENCY)
        alarm.command(1, NOW)
        assert alarm.command(1, STOP) == Err.ALREADY
    alarm.time.advance(200)
    assert alarm.fired(0) == [100]


@pytest.mark.parametrize("dt", [LEG - 1, LEG, WRAP - 2, WRAP - 1])
@pytest.mark.parametrize("lateness", [0, 1, 1000])
def test_a_deadline_close_to_the_range_goes_off_once(dt: int, lateness: int) -> None:  # bug 4
    alarm = Alarm(0, start=11)
    alarm.arm(0, dt)
    alarm.time.advance(dt - 1)
    assert alarm.fired(0) == []
    alarm.time.advance(1 + lateness, lateness)
    assert alarm.fired(0) == [(11 + dt + lateness) % WRAP]
    alarm.time.advance(3 * WRAP)
    assert alarm.fired(0) == []


def test_the_earliest_of_those_still_waiting_is_armed_next() -> None:  # bug 8
    alarm = Alarm(0, 1, start=0)
    alarm.arm(0, 100)
    alarm.time.true = 150  # its interrupt is late
    alarm.arm(1, 50)
    alarm.time.fire()
    assert alarm.fired(0) == [150]
    assert alarm.fired(1) == []
    assert alarm.time.armed is not None
    assert alarm.time.armed.at == 200


@pytest.mark.parametrize("start", [WRAP - 0x10, LEG - 0x10])
def test_user_arithmetic_holds_over_the_wrap(start: int) -> None:  # bugs 9, 10
    alarm = Alarm(0, start=start)
    before = alarm.command(0, NOW)
    alarm.arm(0, 0x18)
    alarm.time.advance(0x20)
    after = alarm.command(0, NOW)
    assert isinstance(before, int)
    assert isinstance(after, int)
    assert (after - before) % WRAP == 0x20
    assert alarm.fired(0) == [(start + 0x18) % WRAP]


def test_arming_again_replaces() -> None:
    alarm = Alarm(0)
    alarm.arm(0, 10)
    alarm.arm(0, 30)
    alarm.time.advance(100)
    assert alarm.fired(0) == [30]
    alarm.arm(0, 30)
    alarm.arm(0, 10)
    alarm.time.advance(100)
    assert alarm.fired(0) == [110]


def test_stop_means_nothing_comes() -> None:
    alarm = Alarm(0, 1)
    alarm.arm(0, 10)
    alarm.arm(1, 10)
    assert alarm.command(0, STOP) is None
    assert alarm.command(0, STOP) == Err.ALREADY
    alarm.time.advance(100)
    assert alarm.fired(0) == []
    assert alarm.fired(1) == [10]
    assert alarm.command(1, STOP) == Err.ALREADY


def test_a_process_that_ends_takes_its_alarm_along() -> None:
    alarm = Alarm(0, 1)
    alarm.arm(0, 10)
    alarm.end(0)
    assert alarm.time.armed is None
    alarm.start(0)
    alarm.arm(1, 20)
    alarm.time.advance(100)
    assert alarm.fired(0) == []
    assert alarm.fired(1) == [20]


def test_every_slot_gets_its_own() -> None:
    alarm = Alarm(*range(SLOTS))
    for slot in range(SLOTS):
        alarm.arm(slot, 1 + slot * 7 % SLOTS)
    alarm.time.advance(SLOTS + 1)
    for slot in range(SLOTS):
        assert alarm.fired(slot) == [1 + slot * 7 % SLOTS]


@pytest.mark.parametrize("number", [4, 7, 0xFFFFFFFF])
def test_absent_commands_are_not_supported(number: int) -> None:  # bug 13
    assert Alarm(0).command(0, number) == Err.NOSUPPORT


def test_a_process_without_memory_for_a_grant_is_told() -> None:
    alarm = Alarm(0)
    alarm.process(0).out_of_memory = True
    assert alarm.command(0, SET_RELATIVE, 1) == Err.NOMEM
    assert alarm.time.armed is None


# -- at random ----------------------------------------------------------------------------

near = st.integers(0, 40)
far = st.sampled_from([LEG, WRAP - 1]).flatmap(
    lambda top: st.integers(max(0, top - 40), min(WRAP - 1, top + 40))
)
ticks = near | near | far | st.integers(0, WRAP - 1)
slots = st.integers(0, 3)


class AlarmAgainstTrueTime(RuleBasedStateMachine):
    @initialize(start=ticks)
    def begin(self, start: int) -> None:
        self.alarm = Alarm(*range(4), start=start)
        self.expected: dict[int, tuple[int, int]] = {}  # slot: true time, expiry told

    def look(self) -> None:
        for slot in range(4):
            for number, now, expiry, zero in self.alarm.upcalls(slot):
                reached, told = self.expected.pop(slot)
                true = self.alarm.time.true
                at = true - (true - now) % WRAP
                assert at >= reached, "early"
                assert (number, expiry, zero) == (FIRED, told, 0)
        self.alarm.check()

    @rule(slot=slots, dt=ticks)
    def relative(self, slot: int, dt: int) -> None:
        self.alarm.arm(slot, dt)
        true = self.alarm.time.true
        self.expected[slot] = (true + dt, (true + dt) % WRAP)

    @rule(slot=slots, ago=ticks, dt=ticks)
    def absolute(self, slot: int, ago: int, dt: int) -> None:
        true = self.alarm.time.true
        reference = (true - ago) % WRAP
        expiry = (reference + dt) % WRAP
        assert self.alarm.command(slot, SET_ABSOLUTE, reference, dt) == expiry
        self.expected[slot] = (true + max(0, dt - ago), expiry)

    @rule(slot=slots)
    def stop(self, slot: int) -> None:
        expected = None if slot in self.expected else Err.ALREADY
        assert self.alarm.command(slot, STOP) == expected
        self.expected.pop(slot, None)

    @rule(slot=slots)
    def die(self, slot: int) -> None:
        self.alarm.end(slot)
        self.alarm.start(slot)
        self.expected.pop(slot, None)

    @rule(duration=ticks, lateness=near | st.integers(0, LEG - 1))
    def pass_time(self, duration: int, lateness: int) -> None:
        before = self.alarm.time.true
        self.alarm.time.advance(duration, lateness)
        self.look()
        for reached, _ in self.expected.values():
            assert max(reached, before) + lateness > self.alarm.time.true, "late"

    @rule()
    def rest(self) -> None:
        for _ in range(3):
            self.alarm.time.advance(WRAP - 1)
            self.look()
        assert not self.expected


TestAlarmAgainstTrueTime = AlarmAgainstTrueTime.TestCase
