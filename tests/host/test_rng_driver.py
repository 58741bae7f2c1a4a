# SPDX-License-Identifier: MIT OR Apache-2.0
"""The RNG driver, claim by claim. Numbers in comments: reference bugs of the field."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.fakes.capsule import SLOTS, Capsule, Err, capsule_library, zeros
from tests.host.fakes.fake_rng import FakeRng

if TYPE_CHECKING:
    from tests.host.build import Library

GET = 1
BYTES = 0
GOT = 0
PIECE = 8


@cache
def library() -> Library:
    return capsule_library("rng_driver")


class Rng(Capsule):
    def __init__(self, *slots: int) -> None:
        super().__init__(library(), "rng_driver", upcalls=1, rw=1)
        lib, rng = self.library, self.capsule
        self.rng = FakeRng(lib, self.callbacks)
        self.state = lib.new("struct rng_driver_state *")
        self.data = lib.new("uint8_t[]", PIECE)
        rng.state, rng.data, rng.data_size = self.state, self.data, PIECE
        rng.rng = self.rng.port[0]
        rng.rng_client.filled = lib.address("rng_driver_filled")
        self.rng.after = self.check
        self.start(*slots)

    def check(self) -> None:
        super().check()
        if self.rng.request is None:
            assert zeros(self.data), "random bytes left behind"
        self.check_turns(held=self.rng.request is not None)

    def get(self, slot: int, count: int, room: int | None = None) -> int | Err | None:
        self.allow_rw(slot, BYTES, count if room is None else room)
        return self.command(slot, GET, count)


@pytest.mark.parametrize("count", [1, PIECE, PIECE + 1, 5 * PIECE])
def test_so_many_bytes_come_as_were_asked_for(count: int) -> None:  # bug 69
    rng = Rng(0)
    assert rng.get(0, count) is None
    assert rng.upcalls(0) == []
    assert rng.rng.drain() == -(-count // PIECE)
    assert rng.upcalls(0) == [(GOT, 0, count, 0)]
    assert rng.memory(0, BYTES) == rng.rng.given


@pytest.mark.parametrize(("count", "room", "got"), [(3, 10, 3), (10, 3, 3), (2**32 - 1, 9, 9)])
def test_no_more_comes_than_was_asked_for_or_than_there_is_room(
    count: int, room: int, got: int
) -> None:
    rng = Rng(0)
    assert rng.get(0, count, room) is None
    rng.rng.drain()
    assert rng.upcalls(0) == [(GOT, 0, got, 0)]
    assert rng.memory(0, BYTES) == rng.rng.given + bytes(room - got)


@pytest.mark.parametrize(("count", "room"), [(0, 0), (0, 5), (5, 0)])
def test_a_request_for_nothing_is_answered_at_once(count: int, room: int) -> None:  # bug 96
    rng = Rng(0, 1)
    assert rng.get(0, count, room) is None
    assert rng.upcalls(0) == [(GOT, 0, 0, 0)]
    rng.get(1, 5)
    assert rng.get(0, count, room) is None
    assert rng.upcalls(0) == [(GOT, 0, 0, 0)]


def test_a_second_request_is_busy_and_changes_nothing() -> None:
    rng = Rng(0, 1)
    rng.get(1, 3)
    rng.get(0, 3)
    assert rng.command(0, GET, 1) == Err.BUSY
    assert rng.command(1, GET, 1) == Err.BUSY
    rng.rng.drain()
    assert rng.upcalls(0) == rng.upcalls(1) == [(GOT, 0, 3, 0)]


def test_no_byte_is_given_twice() -> None:
    rng = Rng(0, 1)
    rng.get(0, 20)
    rng.get(1, 20)
    rng.rng.drain()
    assert sorted(rng.memory(0, BYTES) + rng.memory(1, BYTES)) == list(range(1, 41))


def test_a_large_request_lets_others_in_after_each_piece() -> None:
    rng = Rng(0, 1)
    rng.get(0, 100 * PIECE)
    rng.rng.finish()
    rng.get(1, 1)
    rng.rng.finish()
    rng.rng.finish()
    assert rng.upcalls(1) == [(GOT, 0, 1, 0)]
    rng.rng.drain()
    assert rng.upcalls(0) == [(GOT, 0, 100 * PIECE, 0)]


def test_every_slot_gets_its_turn() -> None:
    rng = Rng(*range(SLOTS))
    for slot in reversed(range(SLOTS)):
        rng.get(slot, 1)
    order = []
    while rng.rng.request is not None:
        rng.rng.finish()
        order += [slot for slot in range(SLOTS) if rng.upcalls(slot)]
    assert order == [SLOTS - 1, *range(SLOTS - 1)]


def test_three_that_never_stop_are_served_alike() -> None:
    rng = Rng(0, 1, 2)
    count = [0, 0, 0]
    for slot in range(3):
        rng.get(slot, 2)
    while sum(count) < 300:
        rng.rng.finish()
        for slot in range(3):
            if rng.upcalls(slot):
                count[slot] += 1
                assert rng.command(slot, GET, 2) is None
    assert count == [100, 100, 100]


@pytest.mark.parametrize("room", [0, 3, PIECE, PIECE + 1])
def test_a_buffer_that_shrinks_takes_what_fits(room: int) -> None:
    rng = Rng(0, 1)
    rng.get(0, 3 * PIECE)
    rng.get(1, 1)
    rng.allow_rw(0, BYTES, room)
    rng.rng.drain()
    assert rng.upcalls(0) == [(GOT, Err.SIZE, room, 0)]
    assert rng.upcalls(1) == [(GOT, 0, 1, 0)]


def test_a_process_that_ends_lets_the_next_one_on_without_its_bytes() -> None:
    rng = Rng(0, 1)
    rng.get(0, 2 * PIECE)
    rng.get(1, 2)
    rng.end(0)
    rng.rng.drain()
    assert rng.upcalls(1) == [(GOT, 0, 2, 0)]
    assert not set(rng.memory(1, BYTES)) & set(range(1, PIECE + 1))


def test_the_next_life_gets_its_own_bytes_only() -> None:
    rng = Rng(0)
    rng.get(0, PIECE)
    rng.end(0)
    rng.start(0)
    assert rng.get(0, 2) is None
    rng.rng.drain()
    assert rng.upcalls(0) == [(GOT, 0, 2, 0)]
    assert rng.memory(0, BYTES) == bytes([PIECE + 1, PIECE + 2])


def test_who_ends_while_waiting_is_forgotten() -> None:
    rng = Rng(0, 1, 2)
    for slot in range(3):
        rng.get(slot, 1)
    rng.end(1)
    rng.start(1)
    rng.enter(1)
    rng.rng.drain()
    assert rng.upcalls(1) == []
    assert rng.upcalls(2) == [(GOT, 0, 1, 0)]


def test_a_refusal_is_the_commands_result_and_the_next_one_works() -> None:  # bug 96
    rng = Rng(0, 1)
    rng.rng.refusals = [Err.FAIL]
    assert rng.get(0, 1) == Err.FAIL
    assert rng.upcalls(0) == []
    assert rng.get(0, 2) is None
    assert rng.get(1, 2) is None
    rng.rng.drain()
    assert rng.upcalls(0) == rng.upcalls(1) == [(GOT, 0, 2, 0)]


def test_a_refusal_in_its_turn_is_told_and_the_others_go_on() -> None:
    rng = Rng(0, 1, 2)
    for slot in range(3):
        rng.get(slot, PIECE)
    rng.rng.refusals = [Err.OFF]
    rng.rng.drain()
    assert rng.upcalls(1) == [(GOT, Err.OFF, 0, 0)]
    assert rng.upcalls(0) == rng.upcalls(2) == [(GOT, 0, PIECE, 0)]


def test_a_source_that_fails_is_told_with_what_had_come() -> None:
    rng = Rng(0, 1)
    rng.get(0, 3 * PIECE)
    rng.get(1, 1)
    rng.rng.finish()
    rng.rng.finish()
    rng.rng.finish(Err.FAIL, 2)
    assert rng.upcalls(0) == [(GOT, Err.FAIL, PIECE + 2, 0)]
    assert rng.upcalls(1) == [(GOT, 0, 1, 0)]
    assert rng.get(0, 1) is None


@pytest.mark.parametrize("number", [2, 0xFFFFFFFF])
def test_unknown_commands_are_not_supported(number: int) -> None:
    assert Rng(0).command(0, number) == Err.NOSUPPORT


def test_a_process_without_memory_for_a_grant_is_told() -> None:
    rng = Rng(0)
    rng.process(0).out_of_memory = True
    assert rng.command(0, GET, 1) == Err.NOMEM
