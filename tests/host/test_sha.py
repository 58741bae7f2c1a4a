# SPDX-License-Identifier: MIT OR Apache-2.0
"""The SHA driver, claim by claim."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.fakes.capsule import SLOTS, Capsule, Err, capsule_library, zeros
from tests.host.fakes.fake_digest import LEN, FakeDigest

if TYPE_CHECKING:
    from tests.host.build import Library

SET_ALGORITHM, HASH, VERIFY = 1, 2, 3
MESSAGE, EXPECTED = 0, 1
DIGEST = 0
HASHED, VERIFIED = 0, 1
PIECE = 40
LONG = bytes(range(256))


@cache
def library() -> Library:
    return capsule_library("sha")


class Sha(Capsule):
    def __init__(self, *slots: int) -> None:
        super().__init__(library(), "sha", upcalls=2, ro=2, rw=1)
        lib, sha = self.library, self.capsule
        self.digest = FakeDigest(lib, self.callbacks)
        self.state = lib.new("struct sha_state *")
        self.data = lib.new("uint8_t[]", PIECE)
        sha.state, sha.data, sha.data_size = self.state, self.data, PIECE
        sha.digest_steps, sha.digest_sha256 = self.digest.steps[0], self.digest.sha256[0]
        for word in ("added", "finished", "verified"):
            setattr(sha.digest_steps_client, word, lib.address(f"sha_{word}"))
        self.digest.after = self.check
        self.start(*slots)

    def check(self) -> None:
        super().check()
        if self.digest.session is None:
            assert zeros(self.data), "a piece of a message left behind"
            assert zeros(self.state.session.context.words), "a context left behind"
        self.check_turns(held=self.digest.session is not None)

    def hash(self, slot: int, message: bytes, room: int = LEN) -> int | Err | None:
        self.allow_ro(slot, MESSAGE, message)
        self.allow_rw(slot, DIGEST, room)
        return self.command(slot, HASH)

    def verify(self, slot: int, message: bytes, expected: bytes) -> int | Err | None:
        self.allow_ro(slot, MESSAGE, message)
        self.allow_ro(slot, EXPECTED, expected)
        return self.command(slot, VERIFY)


def sha256(message: bytes) -> bytes:
    return hashlib.sha256(message).digest()


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 256])
def test_a_message_of_any_length_is_hashed(length: int) -> None:
    sha = Sha(0)
    assert sha.hash(0, LONG[:length]) is None
    assert sha.upcalls(0) == []
    assert sha.digest.drain() == -(-length // PIECE) + 1
    assert sha.upcalls(0) == [(HASHED, 0, 0, 0)]
    assert sha.memory(0, DIGEST) == sha256(LONG[:length])


@pytest.mark.parametrize("right", [True, False])
def test_a_message_is_verified(right: bool) -> None:
    sha = Sha(0)
    assert sha.verify(0, LONG, sha256(LONG if right else b"else")) is None
    sha.digest.drain()
    assert sha.upcalls(0) == [(VERIFIED, 0, int(right), 0)]


@pytest.mark.parametrize("size", [0, LEN - 1, LEN + 1])
def test_what_is_no_digest_is_not_compared(size: int) -> None:
    sha = Sha(0, 1)
    sha.verify(0, LONG, bytes(size))
    sha.hash(1, b"next")
    sha.digest.drain()
    assert sha.upcalls(0) == [(VERIFIED, Err.NOMEM, 0, 0)]
    assert sha.memory(1, DIGEST) == sha256(b"next")


def test_an_empty_message_is_not_compared_with_no_digest_either() -> None:
    sha = Sha(0)
    assert sha.verify(0, b"", b"") == Err.NOMEM
    assert sha.upcalls(0) == []
    assert sha.hash(0, b"again") is None


@pytest.mark.parametrize("room", [0, LEN - 1])
def test_a_digest_for_which_there_is_no_room_is_told_and_not_written(room: int) -> None:
    sha = Sha(0)
    sha.hash(0, LONG, room)
    sha.digest.drain()
    assert sha.upcalls(0) == [(HASHED, Err.NOMEM, 0, 0)]
    assert zeros(sha.memory(0, DIGEST))


def test_more_room_than_a_digest_needs_stays_as_it_was() -> None:
    sha = Sha(0)
    sha.hash(0, b"abc", LEN + 8)
    sha.digest.drain()
    assert sha.memory(0, DIGEST) == sha256(b"abc") + bytes(8)


@pytest.mark.parametrize("second", [HASH, VERIFY])
def test_a_second_request_has_no_memory_and_changes_nothing(second: int) -> None:
    sha = Sha(0, 1)
    sha.hash(1, b"first")
    sha.hash(0, b"second")
    assert sha.command(0, second) == Err.NOMEM
    assert sha.command(1, second) == Err.NOMEM
    sha.digest.drain()
    for slot, message in ((0, b"second"), (1, b"first")):
        assert sha.upcalls(slot) == [(HASHED, 0, 0, 0)]
        assert sha.memory(slot, DIGEST) == sha256(message)


def test_every_slot_gets_its_turn_and_its_own_digest() -> None:
    sha = Sha(*range(SLOTS))
    for slot in reversed(range(SLOTS)):
        sha.hash(slot, bytes([slot]) * 50)
    order = []
    while sha.digest.session is not None:
        sha.digest.finish()
        order += [slot for slot in range(SLOTS) if sha.upcalls(slot)]
    assert order == [SLOTS - 1, *range(SLOTS - 1)]
    for slot in range(SLOTS):
        assert sha.memory(slot, DIGEST) == sha256(bytes([slot]) * 50)


def test_three_that_never_stop_are_served_alike() -> None:
    sha = Sha(0, 1, 2)
    count = [0, 0, 0]
    for slot in range(3):
        sha.hash(slot, b"x")
    while sum(count) < 300:
        sha.digest.finish()
        for slot in range(3):
            if sha.upcalls(slot):
                count[slot] += 1
                assert sha.command(slot, HASH) is None
    assert count == [100, 100, 100]


def test_a_message_that_shrinks_ends_where_it_ends_now() -> None:
    sha = Sha(0)
    sha.hash(0, LONG)
    sha.digest.finish()
    sha.allow_ro(0, MESSAGE, LONG[: PIECE - 1])
    sha.digest.drain()
    assert sha.upcalls(0) == [(HASHED, 0, 0, 0)]
    assert sha.memory(0, DIGEST) == sha256(LONG[: 2 * PIECE]), "the second piece was copied"


@pytest.mark.parametrize("steps", range(4))
@pytest.mark.parametrize("command", [HASH, VERIFY])
def test_a_process_that_ends_lets_the_next_one_on(steps: int, command: int) -> None:
    sha = Sha(0, 1)
    sha.allow_ro(0, MESSAGE, LONG[: 3 * PIECE])
    sha.allow_ro(0, EXPECTED, bytes(LEN))
    sha.command(0, command)
    sha.hash(1, b"next")
    for _ in range(steps):
        sha.digest.finish()
    sha.end(0)
    sha.digest.drain()
    assert sha.memory(1, DIGEST) == sha256(b"next")


def test_the_next_life_gets_its_own_digest_only() -> None:
    sha = Sha(0)
    sha.hash(0, LONG)
    sha.end(0)
    sha.start(0)
    assert sha.hash(0, b"new life") is None
    sha.digest.drain()
    assert sha.upcalls(0) == [(HASHED, 0, 0, 0)]
    assert sha.memory(0, DIGEST) == sha256(b"new life")


def test_who_ends_while_waiting_is_forgotten() -> None:
    sha = Sha(0, 1, 2)
    for slot in range(3):
        sha.hash(slot, b"%d" % slot)
    sha.end(1)
    sha.start(1)
    sha.enter(1)
    sha.digest.drain()
    assert sha.upcalls(1) == []
    assert sha.memory(2, DIGEST) == sha256(b"2")


def test_a_refusal_is_the_commands_result_and_the_next_one_works() -> None:
    sha = Sha(0, 1)
    sha.digest.refusals = [Err.FAIL]
    assert sha.hash(0, LONG) == Err.FAIL
    assert sha.upcalls(0) == []
    assert sha.hash(0, b"again") is None
    assert sha.hash(1, b"other") is None
    sha.digest.drain()
    assert sha.memory(0, DIGEST) == sha256(b"again")
    assert sha.memory(1, DIGEST) == sha256(b"other")


@pytest.mark.parametrize("step", range(1, 5))
def test_a_refusal_later_is_told_and_the_others_go_on(step: int) -> None:
    sha = Sha(0, 1, 2)
    sha.digest.refusals = [*[Err.OK] * step, Err.FAIL]
    for slot in range(3):
        sha.hash(slot, LONG[: 2 * PIECE])
    sha.digest.drain()
    told = [sha.upcalls(slot) for slot in range(3)]
    assert sorted(told) == [*[[(HASHED, 0, 0, 0)]] * 2, [(HASHED, Err.FAIL, 0, 0)]]


def test_nothing_is_left_of_the_last_one_whose_turn_could_not_begin() -> None:
    sha = Sha(0, 1)
    sha.hash(0, b"")
    sha.hash(1, LONG)
    sha.digest.refusals = [Err.FAIL]
    sha.digest.finish()
    assert sha.digest.session is None
    assert sha.upcalls(1) == [(HASHED, Err.FAIL, 0, 0)]


@pytest.mark.parametrize("step", range(3))
@pytest.mark.parametrize("request_", [HASH, VERIFY])
def test_a_failure_of_a_step_is_told_and_the_next_one_works(step: int, request_: int) -> None:
    sha = Sha(0, 1)
    sha.allow_ro(0, EXPECTED, sha256(LONG[: 2 * PIECE]))
    sha.allow_rw(0, DIGEST, LEN)
    sha.allow_ro(0, MESSAGE, LONG[: 2 * PIECE])
    sha.command(0, request_)
    sha.hash(1, b"next")
    for _ in range(step):
        sha.digest.finish()
    sha.digest.finish(Err.FAIL)
    upcall = HASHED if request_ == HASH else VERIFIED
    assert sha.upcalls(0) == [(upcall, Err.FAIL, 0, 0)]
    assert zeros(sha.memory(0, DIGEST))
    sha.digest.drain()
    assert sha.memory(1, DIGEST) == sha256(b"next")


@pytest.mark.parametrize(
    ("algorithm", "result"), [(0, None), (1, Err.NOSUPPORT), (0x100, Err.NOSUPPORT)]
)
def test_the_one_algorithm_can_be_chosen(algorithm: int, result: Err | None) -> None:
    assert Sha(0).command(0, SET_ALGORITHM, algorithm) == result


@pytest.mark.parametrize("number", [4, 0xFFFFFFFF])
def test_unknown_commands_are_not_supported(number: int) -> None:
    assert Sha(0).command(0, number) == Err.NOSUPPORT


@pytest.mark.parametrize("number", [HASH, VERIFY])
def test_a_process_without_memory_for_a_grant_is_told(number: int) -> None:
    sha = Sha(0)
    sha.process(0).out_of_memory = True
    assert sha.command(0, number) == Err.NOMEM
