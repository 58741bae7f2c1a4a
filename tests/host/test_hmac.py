# SPDX-License-Identifier: MIT OR Apache-2.0
"""The HMAC driver, claim by claim. Numbers in comments: reference bugs of the field."""

from __future__ import annotations

import hmac
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.host.fakes.capsule import SLOTS, Capsule, Err, capsule_library, zeros
from tests.host.fakes.fake_digest import LEN, FakeDigest

if TYPE_CHECKING:
    from tests.host.build import Library

EXISTS, RUN, UPDATE, FINISH, VERIFY, VERIFY_FINISH = range(6)
KEY, MESSAGE, EXPECTED = 0, 1, 2
CODE = 2
DONE, VERIFIED = 0, 1
PIECE = 64
LONG = bytes(range(200))
SECRET = b"a key"


@cache
def library() -> Library:
    return capsule_library("hmac")


class Hmac(Capsule):
    def __init__(self, *slots: int) -> None:
        super().__init__(library(), "hmac", upcalls=2, ro=3, rw=3)
        lib, capsule = self.library, self.capsule
        self.digest = FakeDigest(lib, self.callbacks)
        self.state = lib.new("struct hmac_state *")
        self.data = lib.new("uint8_t[]", PIECE)
        capsule.state, capsule.data, capsule.data_size = self.state, self.data, PIECE
        capsule.digest_steps = self.digest.steps[0]
        capsule.digest_sha256 = self.digest.sha256[0]
        capsule.digest_hmac_sha256 = self.digest.hmac_sha256[0]
        for word in ("added", "finished", "verified"):
            setattr(capsule.digest_steps_client, word, lib.address(f"hmac_{word}"))
        self.digest.after = self.check
        self.start(*slots)

    def check(self) -> None:
        super().check()
        if self.digest.session is None:
            assert zeros(self.data), "a piece of a key or a message left behind"
            assert zeros(self.state.session.context.words), "a context left behind"
            assert not self.state.keying
        self.check_turns(held=self.digest.session is not None)

    def lend(self, slot: int, key: bytes, message: bytes, room: int = LEN) -> None:
        self.allow_ro(slot, KEY, key)
        self.allow_ro(slot, MESSAGE, message)
        self.allow_rw(slot, CODE, room)

    def run(self, slot: int, message: bytes, key: bytes = SECRET) -> int | Err | None:
        self.lend(slot, key, message)
        return self.command(slot, RUN)

    def update(self, slot: int, message: bytes, key: bytes = SECRET) -> None:
        """An update to its end."""
        self.lend(slot, key, message)
        assert self.command(slot, UPDATE) is None
        self.digest.drain()
        assert self.upcalls(slot) == [(DONE, 0, 0, 0)]

    def open(self, slot: int) -> bool:
        grant = self.library.ffi.cast("struct hmac_grant *", self.process(slot).grant)
        assert grant.open == any(grant.context.words), "a context left in the grant"
        return bool(grant.open)


def code(message: bytes, key: bytes = SECRET) -> bytes:
    return hmac.new(key, message, "sha256").digest()


@given(key=st.binary(max_size=3 * PIECE), message=st.binary(max_size=3 * PIECE))
def test_any_message_with_any_key(key: bytes, message: bytes) -> None:
    capsule = Hmac(0)
    assert capsule.run(0, message, key) is None
    assert capsule.upcalls(0) == []
    capsule.digest.drain()
    assert capsule.upcalls(0) == [(DONE, 0, 0, 0)], "no address of the kernel"  # bug 101
    assert capsule.memory(0, CODE) == code(message, key)


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 127, 128, 129, 192])
def test_keys_and_messages_of_about_a_piece(length: int) -> None:
    capsule = Hmac(0)
    capsule.run(0, LONG[:length], LONG[:length])
    capsule.digest.drain()
    assert capsule.memory(0, CODE) == code(LONG[:length], LONG[:length])


@pytest.mark.parametrize("right", [True, False])
@pytest.mark.parametrize("key", [SECRET, LONG])
def test_a_message_is_verified(right: bool, key: bytes) -> None:
    capsule = Hmac(0)
    capsule.lend(0, key, LONG)
    capsule.allow_ro(0, EXPECTED, code(LONG if right else b"else", key))
    assert capsule.command(0, VERIFY) is None
    capsule.digest.drain()
    assert capsule.upcalls(0) == [(VERIFIED, 0, int(right), 0)]


@pytest.mark.parametrize("size", [0, LEN - 1, LEN + 1, PIECE + 1])
@pytest.mark.parametrize("command", [VERIFY, VERIFY_FINISH])
def test_what_is_no_code_is_not_compared(size: int, command: int) -> None:
    capsule = Hmac(0, 1)
    capsule.update(0, b"some")
    capsule.allow_ro(0, EXPECTED, bytes(size))
    if command == VERIFY:
        assert capsule.command(0, VERIFY) is None
        capsule.digest.drain()
        assert capsule.upcalls(0) == [(VERIFIED, Err.SIZE, 0, 0)]
    else:
        assert capsule.command(0, VERIFY_FINISH) == Err.SIZE
    assert not capsule.open(0)
    assert capsule.run(1, b"next") is None
    capsule.digest.drain()
    assert capsule.memory(1, CODE) == code(b"next")


@pytest.mark.parametrize("room", [0, 16, LEN, LEN + 3])
def test_as_much_of_the_code_is_written_as_there_is_room_for(room: int) -> None:
    capsule = Hmac(0)
    capsule.lend(0, SECRET, LONG, room)
    capsule.command(0, RUN)
    capsule.digest.drain()
    assert capsule.upcalls(0) == [(DONE, 0, 0, 0)]
    assert capsule.memory(0, CODE) == (code(LONG) + bytes(3))[:room]


@pytest.mark.parametrize("key", [SECRET, LONG])
def test_a_message_comes_in_parts_with_the_key_of_the_first(key: bytes) -> None:
    capsule = Hmac(0)
    capsule.update(0, b"one", key)
    capsule.update(0, LONG, b"another key")
    capsule.update(0, b"", b"")
    assert capsule.open(0)
    assert capsule.command(0, FINISH) is None
    capsule.digest.drain()
    assert capsule.upcalls(0) == [(DONE, 0, 0, 0)]
    assert capsule.memory(0, CODE) == code(b"one" + LONG, key)
    assert not capsule.open(0)


def test_a_message_in_parts_is_verified() -> None:
    capsule = Hmac(0)
    capsule.update(0, b"one")
    capsule.update(0, b"two")
    capsule.allow_ro(0, EXPECTED, code(b"onetwo"))
    assert capsule.command(0, VERIFY_FINISH) is None
    capsule.digest.drain()
    assert capsule.upcalls(0) == [(VERIFIED, 0, 1, 0)]


@pytest.mark.parametrize("command", [FINISH, VERIFY_FINISH])
def test_without_an_open_message_there_is_nothing_to_finish(command: int) -> None:
    capsule = Hmac(0)
    assert capsule.command(0, command) == Err.OFF
    capsule.update(0, b"one")
    capsule.command(0, FINISH)
    capsule.digest.drain()
    assert capsule.command(0, command) == Err.OFF
    assert capsule.run(0, b"again") is None


@pytest.mark.parametrize("command", [RUN, VERIFY])
def test_a_whole_message_drops_the_open_one(command: int) -> None:
    capsule = Hmac(0)
    capsule.update(0, b"one")
    capsule.allow_ro(0, EXPECTED, code(b"two", b"other"))
    capsule.lend(0, b"other", b"two")
    capsule.command(0, command)
    capsule.digest.drain()
    assert capsule.upcalls(0) == [(DONE, 0, 0, 0) if command == RUN else (VERIFIED, 0, 1, 0)]
    assert capsule.command(0, FINISH) == Err.OFF


def test_open_messages_of_many_do_not_meet() -> None:
    capsule = Hmac(*range(SLOTS))
    for part in range(2):
        for slot in range(SLOTS):
            capsule.update(slot, b"part %d of %d" % (part, slot), b"key %d" % slot)
    for slot in range(SLOTS):
        capsule.command(slot, FINISH)
    capsule.digest.drain()
    for slot in range(SLOTS):
        message = b"part 0 of %d" % slot + b"part 1 of %d" % slot
        assert capsule.memory(slot, CODE) == code(message, b"key %d" % slot)


def test_an_open_message_ends_with_its_process() -> None:
    capsule = Hmac(0)
    capsule.update(0, b"one")
    capsule.end(0)
    capsule.start(0)
    assert capsule.command(0, FINISH) == Err.OFF


@pytest.mark.parametrize("second", [RUN, UPDATE, FINISH, VERIFY, VERIFY_FINISH])
def test_a_second_request_has_no_memory_and_changes_nothing(second: int) -> None:
    capsule = Hmac(0, 1)
    capsule.run(1, b"first")
    capsule.run(0, b"second")
    assert capsule.command(0, second) == Err.NOMEM
    assert capsule.command(1, second) == Err.NOMEM
    capsule.digest.drain()
    for slot, message in ((0, b"second"), (1, b"first")):
        assert capsule.upcalls(slot) == [(DONE, 0, 0, 0)]
        assert capsule.memory(slot, CODE) == code(message)


def test_three_that_never_stop_are_served_alike() -> None:
    capsule = Hmac(0, 1, 2)
    count = [0, 0, 0]
    for slot in range(3):
        capsule.run(slot, b"x")
    while sum(count) < 300:
        capsule.digest.finish()
        for slot in range(3):
            if capsule.upcalls(slot):
                count[slot] += 1
                assert capsule.command(slot, RUN) is None
    assert count == [100, 100, 100]


@pytest.mark.parametrize("steps", range(10))
@pytest.mark.parametrize("command", [RUN, UPDATE, VERIFY])
def test_a_process_that_ends_lets_the_next_one_on(steps: int, command: int) -> None:
    capsule = Hmac(0, 1)
    capsule.lend(0, LONG, LONG)
    capsule.allow_ro(0, EXPECTED, bytes(LEN))
    capsule.command(0, command)
    capsule.run(1, b"next")
    for _ in range(steps):
        capsule.digest.finish()
    capsule.end(0)
    capsule.digest.drain()
    assert capsule.memory(1, CODE) == code(b"next")


def test_the_next_life_gets_its_own_code_only() -> None:
    capsule = Hmac(0)
    capsule.run(0, LONG, LONG)
    capsule.end(0)
    capsule.start(0)
    assert capsule.run(0, b"new life") is None
    capsule.digest.drain()
    assert capsule.upcalls(0) == [(DONE, 0, 0, 0)]
    assert capsule.memory(0, CODE) == code(b"new life")


def test_who_ends_while_waiting_is_forgotten() -> None:
    capsule = Hmac(0, 1, 2)
    for slot in range(3):
        capsule.run(slot, b"%d" % slot)
    capsule.end(1)
    capsule.start(1)
    capsule.enter(1)
    capsule.digest.drain()
    assert capsule.upcalls(1) == []
    assert capsule.memory(2, CODE) == code(b"2")


@pytest.mark.parametrize("key", [SECRET, LONG])
def test_a_refusal_is_the_commands_result_and_the_next_one_works(key: bytes) -> None:
    capsule = Hmac(0, 1)
    capsule.digest.refusals = [Err.FAIL]
    assert capsule.run(0, LONG, key) == Err.FAIL
    assert capsule.upcalls(0) == []
    assert capsule.run(0, b"again") is None
    assert capsule.run(1, b"other", LONG) is None
    capsule.digest.drain()
    assert capsule.memory(0, CODE) == code(b"again")
    assert capsule.memory(1, CODE) == code(b"other", LONG)


# A long key: four pieces and its digest; then four pieces of the message and its code.
@pytest.mark.parametrize("step", range(1, 10))
def test_a_refusal_later_is_told_and_the_others_go_on(step: int) -> None:
    capsule = Hmac(0, 1)
    capsule.digest.refusals = [*[Err.OK] * step, Err.FAIL]
    assert capsule.run(0, LONG, LONG) is None
    assert capsule.run(1, b"next") is None
    capsule.digest.drain()
    assert capsule.upcalls(0) == [(DONE, Err.FAIL, 0, 0)]
    assert capsule.memory(1, CODE) == code(b"next")


@pytest.mark.parametrize("step", range(9))
@pytest.mark.parametrize("command", [RUN, VERIFY])
def test_a_failure_of_a_step_is_told_and_the_next_one_works(step: int, command: int) -> None:
    capsule = Hmac(0, 1)
    capsule.lend(0, LONG, LONG)
    capsule.allow_ro(0, EXPECTED, code(LONG, LONG))
    capsule.command(0, command)
    capsule.run(1, b"next")
    for _ in range(step):
        capsule.digest.finish()
    capsule.digest.finish(Err.FAIL)
    upcall = DONE if command == RUN else VERIFIED
    assert capsule.upcalls(0) == [(upcall, Err.FAIL, 0, 0)]
    assert zeros(capsule.memory(0, CODE))
    capsule.digest.drain()
    assert capsule.memory(1, CODE) == code(b"next")


def test_a_failed_update_leaves_no_open_message() -> None:
    capsule = Hmac(0)
    capsule.update(0, b"one")
    capsule.command(0, UPDATE)
    capsule.digest.finish(Err.FAIL)
    assert capsule.upcalls(0) == [(DONE, Err.FAIL, 0, 0)]
    assert not capsule.open(0)


def test_nothing_is_left_of_the_last_one_whose_turn_could_not_begin() -> None:
    capsule = Hmac(0, 1)
    capsule.run(0, b"")
    capsule.run(1, LONG, LONG)
    capsule.digest.finish()
    capsule.digest.refusals = [Err.FAIL]
    capsule.digest.finish()
    assert capsule.digest.session is None
    assert capsule.upcalls(1) == [(DONE, Err.FAIL, 0, 0)]


@pytest.mark.parametrize(
    ("algorithm", "result"), [(0, None), (1, Err.NOSUPPORT), (0x100, Err.NOSUPPORT)]
)
def test_the_driver_exists_for_the_one_algorithm(algorithm: int, result: Err | None) -> None:
    assert Hmac(0).command(0, EXISTS, algorithm) == result


@pytest.mark.parametrize("number", [6, 0xFFFFFFFF])
def test_unknown_commands_are_not_supported(number: int) -> None:
    assert Hmac(0).command(0, number) == Err.NOSUPPORT


@pytest.mark.parametrize("number", [RUN, UPDATE, FINISH, VERIFY, VERIFY_FINISH])
def test_a_process_without_memory_for_a_grant_is_told(number: int) -> None:
    capsule = Hmac(0)
    capsule.process(0).out_of_memory = True
    assert capsule.command(0, number) == Err.NOMEM
