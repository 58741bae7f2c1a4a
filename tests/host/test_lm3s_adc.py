# SPDX-License-Identifier: MIT OR Apache-2.0
"""The LM3S's converter over simulated registers, as on silicon and as the emulator has it.

`at` is a moment: the number of the access before which the hardware goes on, or OFTEN.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.host.fakes.fake_lm3s_adc import (
    ALREADY,
    BUSY,
    CANCEL,
    CANCELLED,
    CONVERSION,
    FAIL,
    INVAL,
    MAX_RATE,
    OK,
    RECORDING,
    SIZE,
    TOO_LATE,
    Lm3sAdc,
)

NEVER, OFTEN = -1, -2

each_hardware = pytest.mark.parametrize("emulator", [False, True], ids=["silicon", "emulator"])
each_moment = pytest.mark.parametrize("at", [NEVER, OFTEN, *range(24)])


def adc_at(at: int, *, emulator: bool) -> Lm3sAdc:
    adc = Lm3sAdc(emulator=emulator)
    start = adc.hardware.accesses

    def between(number: int) -> None:
        if number - start == at or (at == OFTEN and number % 8 == 0):
            adc.hardware.step()

    adc.hardware.between = between
    return adc


def words(channel: int, first: int, count: int) -> list[int]:
    """So many samples of a channel in a row, as they are stored."""
    return [(channel << 8 | n % 256) << 6 for n in range(first, first + count)]


@each_hardware
@each_moment
@pytest.mark.parametrize("channel", range(4))
def test_a_conversion_is_of_its_channel_and_in_the_high_bits(
    channel: int, at: int, emulator: bool
) -> None:
    adc = adc_at(at, emulator=emulator)
    op = adc.conversion(channel)
    for number in range(20):
        assert adc.sample(op) == OK
        adc.run()
        assert adc.done[number:] == [(op, OK, words(channel, number, 1)[0])]
    assert adc.hardware.active == 0
    assert adc.hardware.timer is None


@each_hardware
@pytest.mark.parametrize("channel", [4, 5, 255])
def test_there_is_no_channel_beyond_the_last(channel: int, emulator: bool) -> None:  # bug 41
    adc = Lm3sAdc(emulator=emulator)
    assert adc.sample(adc.conversion(channel)) == INVAL
    assert adc.record(adc.recording(1, channel)) == INVAL
    assert adc.hardware.timer is None
    assert adc.sample(adc.conversion(3)) == OK


@each_hardware
@each_moment
@pytest.mark.parametrize("size", [1, 2, 5, 40])
def test_a_recording_has_all_samples_and_the_timer_stops(
    size: int, at: int, emulator: bool
) -> None:
    adc = adc_at(at, emulator=emulator)
    op = adc.recording(size, channel=2)
    assert adc.record(op) == OK
    adc.run()
    assert adc.done == [(op, OK, words(2, 0, size))]
    assert adc.hardware.timer is None
    assert adc.hardware.active == 0


@each_hardware
@each_moment
@pytest.mark.parametrize("size", [1, 3, 8])
def test_recordings_that_follow_each_other_have_no_gap(
    size: int, at: int, emulator: bool
) -> None:
    adc = adc_at(at, emulator=emulator)
    left = [adc.recording(size) for _ in range(9)]
    adc.then = lambda op: bool(left) and adc.record(left.pop()) == OK
    assert adc.record(left.pop()) == OK
    adc.run()
    assert [err for _, err, _ in adc.done] == [OK] * 9
    taken = [word for _, _, got in adc.done for word in got]  # type: ignore[union-attr]
    assert taken == words(0, 0, 9 * size)


@each_hardware
def test_samples_that_came_meanwhile_are_the_next_recordings(emulator: bool) -> None:
    adc = Lm3sAdc(emulator=emulator)
    second = adc.recording(3)
    adc.then = lambda op: op == second or adc.record(second)
    assert adc.record(adc.recording(1)) == OK
    for _ in range(8):
        adc.hardware.step()
    adc.run()
    assert [got for _, _, got in adc.done] == [words(0, 0, 1), words(0, 1, 3)]


@each_hardware
@pytest.mark.parametrize(("channel", "rate"), [(0, 500), (1, 1000), (1, 500)])
def test_another_channel_or_rate_begins_anew(channel: int, rate: int, emulator: bool) -> None:
    adc = Lm3sAdc(emulator=emulator)
    first = adc.recording(2)
    left = [adc.recording(2), adc.recording(2, channel, rate)]
    periods = []

    def then(op: object) -> None:
        if left:
            assert adc.record(left.pop()) == OK
            periods.append(adc.hardware.timer)

    adc.then = then
    assert adc.record(first) == OK
    for _ in range(6):
        adc.hardware.step()
    adc.run()
    seen = [[word >> 14 for word in got] for _, _, got in adc.done]  # type: ignore[union-attr]
    assert seen == [[0] * 2, [channel] * 2, [0] * 2]
    assert periods == [12_500_000 // rate, 12_500]


@each_hardware
def test_what_was_converted_when_it_was_cancelled_is_not_the_nexts(emulator: bool) -> None:
    adc = Lm3sAdc(emulator=emulator)
    op = adc.conversion()
    assert adc.sample(op) == OK
    adc.hardware.step()
    adc.hardware.step()
    assert adc.cancel(op) == (OK, CANCELLED)
    assert adc.lib.fake_kernel_take_deferred()
    adc.call("ended", adc.adc)
    assert adc.sample(op) == OK
    assert not adc.serve(), "an interrupt that is left over"
    adc.run()
    assert adc.done == [(op, CANCEL, 0), (op, OK, words(0, 1, 1)[0])]


def test_lost_samples_are_told_after_those_before_them() -> None:
    adc = Lm3sAdc()
    op = adc.recording(100)
    assert adc.record(op) == OK
    for _ in range(4):
        adc.hardware.step()
    adc.serve()
    for _ in range(12):
        adc.hardware.step()
    adc.serve()
    assert adc.done == [(op, FAIL, words(0, 0, 2))]
    assert adc.hardware.timer is None
    assert adc.record(adc.recording(2)) == OK
    adc.run()
    assert [err for _, err, _ in adc.done] == [FAIL, OK]


def test_what_was_recorded_when_samples_were_lost_has_no_gap() -> None:
    adc = Lm3sAdc()

    def between(number: int) -> None:
        if number % 3:
            adc.hardware.step()

    adc.hardware.between = between
    op = adc.recording(200)
    assert adc.record(op) == OK
    adc.run()
    ((_, err, got),) = adc.done
    assert err == FAIL
    assert 4 < len(got) < 200  # type: ignore[arg-type]
    assert got == words(0, 0, len(got))  # type: ignore[arg-type]


def test_after_a_loss_the_stream_can_go_on() -> None:
    adc = Lm3sAdc()
    second = adc.recording(3)
    adc.then = lambda op: op == second or adc.record(second)
    assert adc.record(adc.recording(100)) == OK
    for _ in range(12):
        adc.hardware.step()
    adc.run()
    assert [err for _, err, _ in adc.done] == [FAIL, OK]


@each_hardware
@each_moment
def test_a_conversion_during_a_recording_disturbs_it_not(at: int, emulator: bool) -> None:
    adc = adc_at(at, emulator=emulator)
    recording, conversion = adc.recording(7, channel=1), adc.conversion(3)
    assert adc.record(recording) == OK
    assert adc.sample(conversion) == OK
    adc.run()
    assert sorted(err for _, err, _ in adc.done) == [OK, OK]
    results = {op: got for op, _, got in adc.done}
    assert results[recording] == words(1, 0, 7)
    assert results[conversion] >> 14 == 3  # type: ignore[operator]


@each_hardware
@each_moment
@pytest.mark.parametrize("rounds", range(4))
def test_a_conversion_whose_recording_ends_is_still_made(
    rounds: int, at: int, emulator: bool
) -> None:
    adc = adc_at(at, emulator=emulator)
    recording, conversion = adc.recording(2), adc.conversion(3)
    assert adc.record(recording) == OK
    for _ in range(rounds):
        adc.hardware.step()
        adc.serve()
    assert adc.sample(conversion) == OK
    if not any(op == recording for op, _, _ in adc.done):
        assert adc.cancel(recording)[0] == OK
    adc.run()
    assert [err for op, err, _ in adc.done if op == conversion] == [OK]
    assert len(adc.done) == 2


@each_hardware
@each_moment
@pytest.mark.parametrize("rounds", range(6))
@pytest.mark.parametrize("records", [False, True], ids=["conversion", "recording"])
def test_a_cancel_ends_with_what_it_said_and_exact_samples(
    rounds: int, at: int, emulator: bool, records: bool
) -> None:
    adc = adc_at(at, emulator=emulator)
    op = adc.recording(100) if records else adc.conversion()
    start = adc.record if records else adc.sample
    assert start(op) == OK
    for _ in range(rounds):
        adc.hardware.step()
        adc.serve()
    if adc.done:
        assert adc.cancel(op) == (ALREADY, 7)
        return
    assert adc.cancel(op) == (OK, CANCELLED)
    assert adc.cancel(op) == (OK, TOO_LATE), "once is enough"
    assert start(op) == BUSY
    adc.run()
    ((_, err, got),) = adc.done
    assert err == CANCEL
    assert got == (words(0, 0, len(got)) if records else 0)  # type: ignore[arg-type]
    assert adc.hardware.active == 0
    assert start(op) == OK
    assert adc.cancel(op) == (OK, CANCELLED)
    adc.run()
    assert [err for _, err, _ in adc.done] == [CANCEL, CANCEL]


@each_hardware
@pytest.mark.parametrize("records", [False, True], ids=["conversion", "recording"])
def test_what_is_converted_after_a_cancel_comes_too_late(records: bool, emulator: bool) -> None:
    adc = Lm3sAdc(emulator=emulator)
    op = adc.recording(1) if records else adc.conversion()
    assert (adc.record if records else adc.sample)(op) == OK
    assert adc.cancel(op) == (OK, CANCELLED)
    for _ in range(4):
        adc.hardware.step()
    adc.run()
    assert adc.done == [(op, CANCEL, [] if records else 0)]


@each_hardware
@pytest.mark.parametrize("records", [False, True], ids=["conversion", "recording"])
def test_a_cancel_leaves_the_other_alone(records: bool, emulator: bool) -> None:
    adc = Lm3sAdc(emulator=emulator)
    recording, conversion = adc.recording(9), adc.conversion()
    assert adc.record(recording) == OK
    assert adc.sample(conversion) == OK
    assert adc.cancel(recording if records else conversion) == (OK, CANCELLED)
    adc.run()
    assert {op: err for op, err, _ in adc.done} == {
        recording: CANCEL if records else OK,
        conversion: OK if records else CANCEL,
    }


@each_hardware
def test_the_last_channel_and_the_highest_rate_are_there(emulator: bool) -> None:
    adc = Lm3sAdc(emulator=emulator)
    for clock in (12_500_000, MAX_RATE):
        adc.adc.clock_hz = clock
        op = adc.recording(2, channel=3, rate=MAX_RATE)
        assert adc.record(op) == OK
        assert adc.hardware.timer == clock // MAX_RATE
        adc.run()
        assert adc.done[-1][:2] == (op, OK)


def test_a_recording_started_and_cancelled_in_a_completion_ends_once() -> None:
    adc = Lm3sAdc()
    second = adc.recording(4)

    def then(op: object) -> None:
        if op != second:
            assert adc.record(second) == OK
            assert adc.cancel(second) == (OK, CANCELLED)

    adc.then = then
    assert adc.record(adc.recording(1)) == OK
    adc.run()
    assert [(err, got) for _, err, got in adc.done[1:]] == [(CANCEL, [])]


@each_hardware
def test_what_is_refused_lends_nothing(emulator: bool) -> None:
    adc = Lm3sAdc(emulator=emulator)
    nobody, silent = adc.conversion(), adc.recording(1)
    nobody.client = silent.client = adc.lib.ffi.NULL
    assert adc.sample(nobody) == INVAL
    assert adc.record(silent) == INVAL
    assert adc.record(adc.recording(0)) == SIZE
    for rate in (0, MAX_RATE + 1, 0xFFFFFFFF):
        assert adc.record(adc.recording(1, rate=rate)) == INVAL
    assert adc.hardware.timer is None
    assert adc.hardware.active == 0
    conversion, recording = adc.conversion(), adc.recording(1)
    assert adc.sample(conversion) == OK
    assert adc.record(recording) == OK
    assert adc.sample(adc.conversion()) == BUSY
    assert adc.record(adc.recording(1)) == BUSY
    adc.run()
    assert sorted(err for _, err, _ in adc.done) == [OK, OK]


@given(st.integers(1, 100_000_000), st.integers(1, MAX_RATE))
def test_the_nearest_period_is_used_and_never_none(clock: int, rate: int) -> None:  # bug 42
    adc = Lm3sAdc(clock=clock)
    err = adc.record(adc.recording(1, rate=rate))
    if rate > clock:
        assert err == INVAL
        return
    assert err == OK
    assert adc.hardware.timer is not None
    assert adc.hardware.timer >= 1
    assert abs(Fraction(clock, rate) - adc.hardware.timer) <= Fraction(1, 2)


@pytest.mark.parametrize(("clock", "rate"), [(1_000_000, 100_000), (99_999, 100_000), (1, 2)])
def test_a_slow_clock_wraps_no_divisor(clock: int, rate: int) -> None:  # bug 42
    adc = Lm3sAdc(clock=clock)
    adc.adc.max_rate_hz = 0xFFFFFFFF
    err = adc.record(adc.recording(1, rate=rate))
    assert (err, adc.hardware.timer) == ((OK, 10) if clock > rate else (INVAL, None))


@each_hardware
def test_a_stale_interrupt_does_nothing(emulator: bool) -> None:
    adc = Lm3sAdc(emulator=emulator)
    for raw in (0, 1 << RECORDING | 1 << CONVERSION):
        adc.hardware.raw = raw
        adc.call("conversion_interrupt", adc.adc)
        adc.call("recording_interrupt", adc.adc)
        assert adc.hardware.raw == 0
    assert adc.sample(adc.conversion()) == OK
    assert adc.record(adc.recording(1)) == OK
    adc.call("conversion_interrupt", adc.adc)
    adc.call("recording_interrupt", adc.adc)
    assert adc.done == []
    adc.run()
    adc.call("conversion_interrupt", adc.adc)
    adc.call("recording_interrupt", adc.adc)
    assert len(adc.done) == 2


def test_what_is_not_lent_cannot_be_cancelled() -> None:
    adc = Lm3sAdc()
    assert adc.cancel(adc.conversion()) == (ALREADY, 7)
    assert adc.cancel(adc.recording(1)) == (ALREADY, 7)


def test_init_ends_what_was_going_on_before_the_reset() -> None:
    adc = Lm3sAdc()
    adc.hardware.active = adc.hardware.raw = 1 << RECORDING | 1 << CONVERSION
    adc.hardware.mask = 0
    assert adc.call("init", adc.adc) == OK
    assert (adc.hardware.active, adc.hardware.raw) == (0, 0)
    assert adc.hardware.mask == 1 << RECORDING | 1 << CONVERSION
