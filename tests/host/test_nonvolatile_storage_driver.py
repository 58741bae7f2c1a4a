# SPDX-License-Identifier: MIT OR Apache-2.0
"""The storage driver, claim by claim, over a storage that completes by hand."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.fakes.capsule import SLOTS, Err, OneAtATime, capsule_library, zeros

if TYPE_CHECKING:
    from tests.host.build import Library
    from tests.host.fakes.callbacks import CData

SIZE_OF, READ, WRITE = 1, 2, 3
BUFFER = 0
READ_DONE, WRITTEN = 0, 1
PIECE, SIZE = 8, 64


@cache
def library() -> Library:
    return capsule_library("nonvolatile_storage_driver")


class Storage(OneAtATime):
    def __init__(self, *slots: int) -> None:
        name = "nonvolatile_storage_driver"
        super().__init__(library(), name, upcalls=2, ro=1, rw=1)
        lib, capsule = self.library, self.capsule
        self.bytes = bytearray(range(1, SIZE + 1))
        self.refusals: list[int] = []
        self.what = ""
        self.state = lib.new(f"struct {name}_state *")
        self.data = lib.new("uint8_t[]", PIECE)
        capsule.state, capsule.data, capsule.data_size = self.state, self.data, PIECE
        capsule.storage_size = SIZE
        capsule.storage.ops = self.callbacks.new(
            "struct nonvolatile_storage_bytes_ops",
            read=lambda _, op: self._start("read", op),
            write=lambda _, op: self._start("write", op),
        )
        for word in ("read_done", "write_done"):
            setattr(capsule.storage_client, word, lib.address(f"{name}_{word}"))
        self.start(*slots)

    def _start(self, what: str, op: CData) -> int:
        assert self.op is None, "a second transfer while one is under way"
        if op.len == 0:
            return Err.SIZE
        assert op.address + op.len <= SIZE
        if self.refusals and (err := self.refusals.pop(0)):
            return err
        op.moved = 0
        self.op, self.what = op, what
        return Err.OK

    def finish(self, err: int = Err.OK, moved: int | None = None) -> None:
        op, self.op = self.op, None
        assert op is not None
        op.moved = op.len if moved is None else moved
        span = slice(op.address, op.address + op.moved)
        memory = self.library.ffi.buffer(op.data, op.moved)
        if self.what == "read":
            memory[:] = bytes(self.bytes[span])
        else:
            self.bytes[span] = bytes(memory)
        getattr(op.client, f"{self.what}_done")(op.client, op, err)
        self.check()

    def check(self) -> None:
        super().check()
        if self.op is None:
            assert zeros(self.data), "bytes left behind"
        self.check_turns(held=self.op is not None)

    def read(
        self, slot: int, offset: int, length: int, room: int | None = None
    ) -> int | Err | None:
        self.allow_rw(slot, BUFFER, length if room is None else room)
        return self.command(slot, READ, offset, length)

    def write(
        self, slot: int, offset: int, data: bytes, length: int | None = None
    ) -> int | Err | None:
        self.allow_ro(slot, BUFFER, data)
        return self.command(slot, WRITE, offset, len(data) if length is None else length)


def test_the_size_is_told() -> None:
    assert Storage(0).command(0, SIZE_OF) == SIZE


@pytest.mark.parametrize("length", [1, PIECE, PIECE + 1, SIZE])
def test_what_is_read_comes_whole(length: int) -> None:
    storage = Storage(0)
    assert storage.read(0, SIZE - length, length) is None
    assert storage.upcalls(0) == []
    assert storage.drain() == -(-length // PIECE)
    assert storage.upcalls(0) == [(READ_DONE, length, 0, 0)]
    assert storage.memory(0, BUFFER) == bytes(storage.bytes[SIZE - length :])


@pytest.mark.parametrize("length", [1, PIECE, PIECE + 1, SIZE])
def test_what_is_written_goes_where_it_belongs(length: int) -> None:
    storage = Storage(0)
    before = bytes(storage.bytes)
    assert storage.write(0, SIZE - length, b"x" * length) is None
    storage.drain()
    assert storage.upcalls(0) == [(WRITTEN, length, 0, 0)]
    assert bytes(storage.bytes) == before[: SIZE - length] + b"x" * length


@pytest.mark.parametrize("number", [READ, WRITE])
@pytest.mark.parametrize(
    ("offset", "length"),
    [(0, SIZE + 1), (SIZE, 1), (SIZE - 1, 2), (0xFFFFFFFF, 2), (2, 0xFFFFFFFF)],
)
def test_what_is_not_there_is_refused(number: int, offset: int, length: int) -> None:
    storage = Storage(0)
    storage.allow_rw(0, BUFFER, 4)
    storage.allow_ro(0, BUFFER, b"1234")
    assert storage.command(0, READ, 0, 1) is None  # so that there is a grant
    storage.drain()
    storage.upcalls(0)
    assert storage.command(0, number, offset, length) == Err.INVAL
    assert storage.upcalls(0) == []


@pytest.mark.parametrize("number", [READ, WRITE])
def test_without_a_buffer_nothing_moves(number: int) -> None:
    storage = Storage(0)
    assert storage.command(0, number, 0, 1) == Err.RESERVE
    assert storage.read(0, 0, 1) is None


@pytest.mark.parametrize("number", [READ, WRITE])
def test_no_bytes_are_done_at_once(number: int) -> None:
    storage = Storage(0)
    storage.enter(0)
    storage.allow_rw(0, BUFFER, 4)
    storage.allow_ro(0, BUFFER, b"1234")
    assert storage.command(0, number, SIZE, 0) is None
    assert storage.upcalls(0) == [(READ_DONE if number == READ else WRITTEN, 0, 0, 0)]


def test_more_than_the_buffer_is_cut() -> None:
    storage = Storage(0)
    storage.read(0, 0, 20, 3)
    storage.drain()
    assert storage.upcalls(0) == [(READ_DONE, 3, 0, 0)]
    storage.write(0, 0, b"abc", 20)
    storage.drain()
    assert storage.upcalls(0) == [(WRITTEN, 3, 0, 0)]
    assert storage.bytes[:4] == b"abc\x04"


def test_a_queued_write_writes_its_own_bytes() -> None:
    storage = Storage(0, 1)
    storage.write(0, 0, b"a" * PIECE)
    storage.write(1, 20, b"b" * PIECE)
    storage.drain()
    assert storage.bytes[:PIECE] == b"a" * PIECE
    assert storage.bytes[20 : 20 + PIECE] == b"b" * PIECE


def test_a_second_request_has_no_memory_and_changes_nothing() -> None:
    storage = Storage(0)
    storage.read(0, 0, 4)
    assert storage.command(0, READ, 0, 1) == Err.NOMEM
    assert storage.command(0, WRITE, 0, 1) == Err.NOMEM
    storage.drain()
    assert storage.upcalls(0) == [(READ_DONE, 4, 0, 0)]


def test_a_large_transfer_lets_others_in_after_each_piece() -> None:
    storage = Storage(0, 1)
    storage.read(0, 0, SIZE)
    storage.finish()
    storage.read(1, 0, 1)
    storage.finish()
    storage.finish()
    assert storage.upcalls(1) == [(READ_DONE, 1, 0, 0)]
    storage.drain()
    assert storage.upcalls(0) == [(READ_DONE, SIZE, 0, 0)]


def test_every_slot_gets_its_turn() -> None:
    storage = Storage(*range(SLOTS))
    for slot in reversed(range(SLOTS)):
        storage.write(slot, slot, bytes([slot]))
    order = []
    while storage.op is not None:
        storage.finish()
        order += [slot for slot in range(SLOTS) if storage.upcalls(slot)]
    assert order == [SLOTS - 1, *range(SLOTS - 1)]
    assert storage.bytes[:SLOTS] == bytes(range(SLOTS))


@pytest.mark.parametrize("number", [READ, WRITE])
@pytest.mark.parametrize("room", [0, 3, PIECE, PIECE + 1])
def test_a_buffer_that_shrinks_ends_the_transfer_there(number: int, room: int) -> None:
    storage = Storage(0, 1)
    storage.allow_ro(0, BUFFER, b"x" * SIZE)
    storage.allow_rw(0, BUFFER, SIZE)
    storage.command(0, number, 0, SIZE)
    storage.read(1, 0, 1)
    storage.allow_ro(0, BUFFER, b"x" * room)
    storage.allow_rw(0, BUFFER, room)
    storage.drain()
    upcall, moved = (READ_DONE, room) if number == READ else (WRITTEN, max(room, PIECE))
    assert storage.upcalls(0) == [(upcall, moved, Err.SIZE, 0)]
    assert storage.upcalls(1) == [(READ_DONE, 1, 0, 0)]


@pytest.mark.parametrize("number", [READ, WRITE])
def test_a_process_that_ends_lets_the_next_one_on_without_its_bytes(number: int) -> None:
    storage = Storage(0, 1)
    storage.allow_ro(0, BUFFER, b"x" * SIZE)
    storage.allow_rw(0, BUFFER, SIZE)
    storage.command(0, number, 0, SIZE)
    storage.read(1, 40, 4)
    storage.end(0)
    assert storage.drain() == 2
    assert storage.memory(1, BUFFER) == bytes(range(41, 45))


def test_who_ends_while_waiting_is_forgotten() -> None:
    storage = Storage(0, 1, 2)
    for slot in range(3):
        storage.read(slot, 0, 1)
    storage.end(1)
    storage.start(1)
    storage.enter(1)
    storage.drain()
    assert storage.upcalls(1) == []
    assert storage.upcalls(2) == [(READ_DONE, 1, 0, 0)]


@pytest.mark.parametrize("number", [READ, WRITE])
def test_a_refusal_is_the_commands_result_and_the_next_one_works(number: int) -> None:
    storage = Storage(0, 1)
    storage.enter(0)
    storage.refusals = [Err.OFF]
    storage.allow_ro(0, BUFFER, b"secret")
    storage.allow_rw(0, BUFFER, 4)
    assert storage.command(0, number, 0, 4) == Err.OFF
    assert storage.upcalls(0) == []
    assert storage.read(0, 0, 1) is None
    assert storage.read(1, 0, 1) is None
    storage.drain()
    assert storage.upcalls(0) == storage.upcalls(1) == [(READ_DONE, 1, 0, 0)]


def test_a_refusal_in_its_turn_is_told_and_the_others_go_on() -> None:
    storage = Storage(0, 1, 2)
    for slot in range(3):
        storage.write(slot, slot, b"x")
    storage.refusals = [Err.OFF]
    storage.drain()
    assert storage.upcalls(1) == [(WRITTEN, 0, Err.OFF, 0)]
    assert storage.upcalls(0) == storage.upcalls(2) == [(WRITTEN, 1, 0, 0)]


@pytest.mark.parametrize("number", [READ, WRITE])
def test_a_failure_is_told_with_what_had_moved(number: int) -> None:
    storage = Storage(0, 1)
    storage.allow_ro(0, BUFFER, b"x" * SIZE)
    storage.allow_rw(0, BUFFER, SIZE)
    storage.command(0, number, 0, SIZE)
    storage.read(1, 0, 1)
    storage.finish()
    storage.finish()
    storage.finish(Err.FAIL, 2)
    upcall = READ_DONE if number == READ else WRITTEN
    assert storage.upcalls(0) == [(upcall, PIECE + 2, Err.FAIL, 0)]
    assert storage.upcalls(1) == [(READ_DONE, 1, 0, 0)]


@pytest.mark.parametrize("number", [4, 0xFFFFFFFF])
def test_unknown_commands_are_not_supported(number: int) -> None:
    assert Storage(0).command(0, number) == Err.NOSUPPORT


@pytest.mark.parametrize("number", [READ, WRITE])
def test_a_process_without_memory_for_a_grant_is_told(number: int) -> None:
    storage = Storage(0)
    storage.process(0).out_of_memory = True
    assert storage.command(0, number, 0, 1) == Err.NOMEM
