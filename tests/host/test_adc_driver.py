# SPDX-License-Identifier: MIT OR Apache-2.0
"""The ADC driver, claim by claim. Numbers: reference bugs."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.fakes.capsule import SLOTS, Capsule, Err, capsule_library, zeros
from tests.host.fakes.fake_adc import FakeAdc, FakeRecorder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.host.build import Library

COUNT, SAMPLE, REPEAT, FILL, STREAM, STOP, BITS, REFERENCE = 0, 1, 2, 3, 4, 5, 101, 102
SAMPLED = 0
ONE, EACH, BUFFER, BUFFERS = range(4)
CHANNELS, RATE = 3, 1000
STREAMED = 2
PIECE = 4
"""Samples that the driver's own buffer holds."""


@cache
def library() -> Library:
    return capsule_library("adc_driver")


class Adc(Capsule):
    """The driver over a converter that is driven by hand; its channels are 10, 11, 12."""

    def __init__(self, *slots: int, streams: int = STREAMED) -> None:
        super().__init__(library(), "adc_driver", upcalls=1, rw=2)
        lib, capsule = self.library, self.capsule
        self.adc, self.recorder = (
            FakeAdc(lib, self.callbacks),
            FakeRecorder(lib, self.callbacks),
        )
        self.state = lib.new("struct adc_driver_state *")
        self.channels = lib.new("struct adc_input[]", CHANNELS)
        self.streams = lib.new("struct adc_stream_input[]", max(streams, 1))
        for n in range(CHANNELS):
            self.adc.fill(self.channels[n], 10 + n)
        for n in range(streams):
            self.recorder.fill(self.streams[n], 10 + n)
        self.data = lib.new("uint8_t[]", 2 * PIECE)
        capsule.state, capsule.bits, capsule.reference_mv = self.state, 10, 3000
        capsule.channels, capsule.channels_count = self.channels, CHANNELS
        capsule.streams_count = streams
        if streams:
            capsule.streams, capsule.data, capsule.data_size = (
                self.streams,
                self.data,
                2 * PIECE,
            )
        capsule.channels_client.sampled = lib.address("adc_driver_sampled")
        capsule.streams_client.recorded = lib.address("adc_driver_recorded")
        self.start(*slots)

    def check(self) -> None:
        super().check()
        held = self.state.turns.held
        assert held == (self.adc.transfer is not None), "a turn for nothing, or none"
        assert self.state.lent == (self.recorder.recording is not None)
        assert self.state.mode == 0 or self.state.lent, "an owner who waits for ever"
        assert self.state.lent or zeros(self.data), "samples are left behind"

    def told(self, slot: int) -> list[tuple[int, ...]]:
        """The arguments of the upcalls that have come."""
        found = self.upcalls(slot)
        assert all(number == SAMPLED for number, *_ in found)
        return [tuple(args) for _, *args in found]

    def words(self, slot: int, number: int = 0) -> list[int]:
        """The samples in an allowed buffer."""
        memory = self.memory(slot, number)
        return [memory[at] | memory[at + 1] << 8 for at in range(0, len(memory) - 1, 2)]

    def finish(self, err: int = Err.OK, value: int = 0) -> None:
        self.adc.finish(err, value)
        self.check()

    def record(self, err: int = Err.OK, size: int | None = None) -> None:
        self.recorder.finish(err, size)
        self.check()


def test_the_board_says_how_many_inputs_bits_and_millivolts() -> None:
    driver = Adc(0)
    assert [driver.command(0, each) for each in (COUNT, BITS, REFERENCE)] == [3, 10, 3000]


@pytest.mark.parametrize("channel", range(CHANNELS))
def test_a_sample_is_of_the_channel_that_was_asked_for(channel: int) -> None:  # bug 100
    driver = Adc(0)
    assert driver.command(0, SAMPLE, channel) is None
    assert driver.adc.channel == 10 + channel
    driver.finish(value=0xABC0)
    assert driver.told(0) == [(ONE, channel, 0xABC0)]


@pytest.mark.parametrize("command", [SAMPLE, REPEAT, FILL, STREAM])
@pytest.mark.parametrize("channel", [CHANNELS, CHANNELS + 1, 256, 2**32 - 1])
def test_there_is_no_channel_beyond_the_last(command: int, channel: int) -> None:  # bug 41
    driver = Adc(0)
    driver.allow_rw(0, 0, 8)
    driver.allow_rw(0, 1, 8)
    assert driver.command(0, command, channel, RATE) == Err.INVAL
    driver.check()
    assert driver.command(0, SAMPLE, CHANNELS - 1) is None


def test_a_refusal_is_the_commands_result_and_wedges_nobody() -> None:  # bugs 66, 100
    driver = Adc(0, 1)
    driver.adc.refusals = [Err.FAIL]
    assert driver.command(0, SAMPLE, 0) == Err.FAIL
    assert driver.told(0) == []
    assert driver.command(1, SAMPLE, 1) is None
    assert driver.command(0, SAMPLE, 0) is None
    driver.finish(value=7)
    driver.finish(value=8)
    assert (driver.told(1), driver.told(0)) == ([(ONE, 1, 7)], [(ONE, 0, 8)])
    assert driver.adc.transfer is None


def test_one_that_waits_is_told_of_its_own_refusal_and_the_next_is_served() -> None:
    driver = Adc(0, 1, 2)
    for slot in range(3):
        assert driver.command(slot, SAMPLE, slot) is None
    driver.adc.refusals = [Err.OFF]
    driver.finish(value=64)
    assert driver.told(0) == [(ONE, 0, 64)]
    assert driver.told(1) == [(ONE | Err.OFF << 8, 1, 0)]
    driver.finish(value=128)
    assert driver.told(2) == [(ONE, 2, 128)]


@pytest.mark.parametrize("err", [Err.FAIL, Err.OFF, Err.CANCEL])
def test_an_error_is_told_with_the_mode(err: int) -> None:
    driver = Adc(0)
    assert driver.command(0, SAMPLE, 1) is None
    driver.finish(err)
    assert driver.told(0) == [(ONE | err << 8, 1, 0)]
    assert driver.command(0, SAMPLE, 1) is None


def test_a_second_sample_is_busy_until_the_first_is_there() -> None:
    driver = Adc(0, 1)
    assert driver.command(0, SAMPLE, 0) is None
    assert driver.command(1, SAMPLE, 1) is None
    for slot in (0, 1):
        assert driver.command(slot, SAMPLE, 2) == Err.BUSY
    driver.finish(value=64)
    driver.finish(value=128)
    assert (driver.told(0), driver.told(1)) == ([(ONE, 0, 64)], [(ONE, 1, 128)])


def test_greedy_processes_are_served_alike() -> None:  # bug 75
    driver = Adc(*range(SLOTS))
    for slot in range(SLOTS):
        assert driver.command(slot, SAMPLE, 0) is None
    served: Counter[int] = Counter()
    for _ in range(10 * SLOTS):
        driver.finish()
        (slot,) = [each for each in range(SLOTS) if driver.told(each)]
        served[slot] += 1
        assert driver.command(slot, SAMPLE, 0) is None
    assert set(served.values()) == {10}


def test_who_ends_is_not_told_nor_who_follows_in_its_slot() -> None:
    driver = Adc(0, 1)
    assert driver.command(0, SAMPLE, 0) is None
    assert driver.command(1, SAMPLE, 1) is None
    for slot in (0, 1):
        driver.end(slot)
        driver.start(slot)
        driver.enter(slot)
    driver.finish(value=64)
    assert driver.adc.transfer is None
    assert (driver.told(0), driver.told(1)) == ([], [])


def test_what_a_former_life_asked_for_is_not_the_next_lifes() -> None:
    driver = Adc(0)
    assert driver.command(0, SAMPLE, 0) is None
    driver.end(0)
    driver.start(0)
    assert driver.command(0, SAMPLE, 1) is None
    driver.finish(value=64)
    assert driver.told(0) == []
    driver.finish(value=128)
    assert driver.told(0) == [(ONE, 1, 128)]


# -- at a rate ------------------------------------------------------------------------------


def test_a_repetition_tells_each_sample_until_it_is_stopped() -> None:
    driver = Adc(0)
    assert driver.command(0, REPEAT, 1, RATE) is None
    for number in range(1, 20):
        driver.record()
        assert driver.told(0) == [(EACH, 1, number)]
    assert driver.recorder.starts == [(11, RATE, 1)] * 20
    assert driver.command(0, STOP) is None
    driver.record()
    assert driver.told(0) == []
    assert driver.recorder.recording is None


@pytest.mark.parametrize("size", [1, 3, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 2])
@pytest.mark.parametrize("odd", [0, 1])
def test_a_buffer_is_filled_once_piece_by_piece(size: int, odd: int) -> None:
    driver = Adc(0)
    driver.allow_rw(0, 0, 2 * size + odd)
    assert driver.command(0, FILL, 1, RATE) is None
    pieces = 0
    while driver.recorder.recording is not None:
        assert driver.told(0) == []
        driver.record()
        pieces += 1
    assert driver.told(0) == [(BUFFER, size << 8 | 1, 0)]
    assert driver.words(0) == list(range(1, size + 1))
    assert pieces == -(-size // PIECE)
    assert driver.command(0, FILL, 0, RATE) is None, "it is free again"


def test_a_stream_fills_two_buffers_in_turns_without_a_gap() -> None:
    driver = Adc(0)
    sizes = (PIECE + 1, 2)
    for number, size in enumerate(sizes):
        driver.allow_rw(0, number, 2 * size)
    assert driver.command(0, STREAM, 0, RATE) is None
    expected = 1
    for turn in range(10):
        size = sizes[turn % 2]
        while not (told := driver.told(0)):
            driver.record()
        assert told == [(BUFFERS, size << 8, turn % 2)]
        assert driver.words(0, turn % 2) == list(range(expected, expected + size))
        expected += size
    assert driver.command(0, STOP) is None
    driver.record(size=1)
    assert driver.told(0) == []


@pytest.mark.parametrize(
    ("command", "lent"), [(FILL, ()), (FILL, (1,)), (STREAM, (0,)), (STREAM, (1,))]
)
def test_without_its_buffers_nothing_begins(command: int, lent: Sequence[int]) -> None:
    driver = Adc(0)
    for number in lent:
        driver.allow_rw(0, number, 8)
    assert driver.command(0, command, 0, RATE) == Err.NOMEM
    assert driver.recorder.recording is None
    assert driver.command(0, REPEAT, 0, RATE) is None


@pytest.mark.parametrize("length", [0, 1, 2 * PIECE])
def test_a_buffer_that_became_too_short_ends_it_with_size(length: int) -> None:
    driver = Adc(0)
    driver.allow_rw(0, 0, 4 * PIECE + 2)
    assert driver.command(0, FILL, 1, RATE) is None
    driver.record()
    driver.allow_rw(0, 0, length)
    driver.record()
    told = driver.told(0)
    assert told == [(BUFFER | Err.SIZE << 8, PIECE << 8 | 1, 0)]
    assert driver.recorder.recording is None


def test_a_buffer_that_is_withdrawn_between_pieces_ends_it_with_size() -> None:
    driver = Adc(0)
    driver.allow_rw(0, 0, 2 * PIECE)
    driver.allow_rw(0, 1, 2 * PIECE)
    assert driver.command(0, STREAM, 0, RATE) is None
    driver.allow_rw(0, 1, 0)
    driver.record()
    assert driver.told(0) == [
        (BUFFERS, PIECE << 8, 0),
        (BUFFERS | Err.SIZE << 8, 0, 1),
    ]
    assert driver.recorder.recording is None


@pytest.mark.parametrize("command", [REPEAT, FILL, STREAM])
def test_lost_samples_end_it_and_are_told(command: int) -> None:
    driver = Adc(0)
    driver.allow_rw(0, 0, 40)
    driver.allow_rw(0, 1, 40)
    assert driver.command(0, command, 1, RATE) is None
    driver.record(Err.FAIL, 1)
    mode = command - 1 | Err.FAIL << 8
    assert driver.told(0) == [(mode, 1, 0) if command == REPEAT else (mode, 1 << 8 | 1, 0)]
    assert driver.recorder.recording is None
    assert driver.command(0, REPEAT, 0, RATE) is None


@pytest.mark.parametrize("command", [REPEAT, FILL, STREAM])
def test_what_the_converter_refuses_is_the_commands_result(command: int) -> None:
    driver = Adc(0, 1)
    for slot in (0, 1):
        driver.allow_rw(slot, 0, 40)
        driver.allow_rw(slot, 1, 40)
    assert driver.command(0, command, 1, 0) == Err.INVAL
    driver.recorder.refusals = [Err.OFF]
    assert driver.command(0, command, 1, RATE) == Err.OFF
    assert driver.told(0) == []
    assert driver.command(1, command, 1, RATE) is None, "it is free"


def test_what_is_refused_later_ends_it_and_is_told() -> None:
    driver = Adc(0)
    assert driver.command(0, REPEAT, 1, RATE) is None
    driver.recorder.refusals = [Err.OFF]
    driver.record()
    assert driver.told(0) == [(EACH, 1, 1), (EACH | Err.OFF << 8, 1, 0)]
    assert driver.command(0, REPEAT, 1, RATE) is None


def test_a_rate_is_one_processs_until_it_stops() -> None:
    driver = Adc(0, 1)
    driver.allow_rw(1, 0, 40)
    assert driver.command(0, REPEAT, 0, RATE) is None
    assert driver.command(0, REPEAT, 0, RATE) == Err.BUSY
    assert driver.command(1, FILL, 0, RATE) == Err.NOMEM
    assert driver.command(1, STOP) is None
    driver.record()
    assert driver.told(0) == [(EACH, 0, 1)], "another's stop is no stop"
    assert driver.command(1, SAMPLE, 0) is None, "single samples go on"
    assert driver.command(0, STOP) is None
    assert driver.command(0, REPEAT, 0, RATE) == Err.BUSY, "it has not come back yet"
    driver.record()
    assert driver.command(1, FILL, 0, RATE) is None


@pytest.mark.parametrize("command", [REPEAT, FILL, STREAM])
def test_who_ends_gives_its_rate_back(command: int) -> None:
    driver = Adc(0, 1)
    driver.allow_rw(0, 0, 40)
    driver.allow_rw(0, 1, 40)
    assert driver.command(0, command, 0, RATE) is None
    driver.end(0)
    driver.start(0)
    driver.enter(0)
    assert driver.recorder.cancelled
    driver.record(size=2)
    assert driver.told(0) == []
    assert driver.command(1, REPEAT, 0, RATE) is None


def test_after_a_stop_in_the_middle_the_next_begins_at_the_beginning() -> None:
    driver = Adc(0)
    driver.allow_rw(0, 0, 6 * PIECE)
    assert driver.command(0, FILL, 0, RATE) is None
    driver.record()
    assert driver.command(0, STOP) is None
    driver.record(size=0)
    driver.allow_rw(0, 0, 4 * PIECE)
    assert driver.command(0, FILL, 1, RATE) is None
    driver.record()
    driver.record()
    assert driver.told(0) == [(BUFFER, 2 * PIECE << 8 | 1, 0)]
    assert driver.words(0) == list(range(PIECE + 1, 3 * PIECE + 1))


def test_who_ends_beside_it_changes_nothing() -> None:
    driver = Adc(0, 1)
    driver.enter(1)
    assert driver.command(0, REPEAT, 0, RATE) is None
    driver.end(1)
    assert not driver.recorder.cancelled


@pytest.mark.parametrize("command", [REPEAT, FILL, STREAM])
def test_without_a_stream_there_is_no_rate(command: int) -> None:
    driver = Adc(0, streams=0)
    driver.allow_rw(0, 0, 8)
    driver.allow_rw(0, 1, 8)
    assert driver.command(0, command, 0, RATE) == Err.NOSUPPORT
    assert driver.command(0, STOP) is None
    assert driver.command(0, SAMPLE, 0) is None
    driver.finish()
    driver = Adc(0)
    driver.allow_rw(0, 0, 8)
    driver.allow_rw(0, 1, 8)
    assert driver.command(0, command, STREAMED, RATE) == Err.NOSUPPORT


@pytest.mark.parametrize("command", [SAMPLE, REPEAT, FILL, STREAM])
def test_without_memory_for_a_grant_nothing_begins(command: int) -> None:
    driver = Adc(0)
    driver.process(0).out_of_memory = True
    driver.allow_rw(0, 0, 8)
    driver.allow_rw(0, 1, 8)
    assert driver.command(0, command, 0, RATE) == Err.NOMEM
    assert (driver.adc.transfer, driver.recorder.recording) == (None, None)


@pytest.mark.parametrize("number", [6, 100, 103, 2**32 - 1])
def test_other_commands_are_not_supported(number: int) -> None:
    assert Adc(0).command(0, number) == Err.NOSUPPORT
