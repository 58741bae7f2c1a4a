# SPDX-License-Identifier: MIT OR Apache-2.0
"""The disk driver, claim by claim, over a disk that completes by hand."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.host.fakes.capsule import SLOTS, Err, OneAtATime, capsule_library, zeros

if TYPE_CHECKING:
    from tests.host.build import Library
    from tests.host.fakes.callbacks import CData

IS_INSTALLED, INITIALIZE, READ, WRITE = 1, 2, 3, 4
BUFFER, EVENT = 0, 0
INITIALIZED, WAS_READ, WAS_WRITTEN, FAILED = 1, 2, 3, 4
BLOCK, BITS = 512, 32
BLOCKS = 8


def content(number: int) -> bytes:
    return bytes((number + 3 * place) % 255 + 1 for place in range(BLOCK))


@cache
def library() -> Library:
    return capsule_library("disk_driver")


class Disk(OneAtATime):
    """`count` blocks, from which it tells INVAL: at once from `early` on, else at the end."""

    def __init__(self, *slots: int, count: int = BLOCKS, early: int = 1 << 32) -> None:
        super().__init__(library(), "disk_driver", upcalls=1, ro=1, rw=1)
        lib, capsule = self.library, self.capsule
        self.count, self.early = count, early
        self.blocks: dict[int, bytes] = {}
        self.refusals: list[int] = []
        self.what = ""
        self.state = lib.new("struct disk_driver_state *")
        self.data = lib.new("uint8_t[]", BLOCK)
        capsule.state, capsule.data, capsule.data_size = self.state, self.data, BLOCK
        capsule.disk.ops = self.callbacks.new(
            "struct disk_blocks_ops",
            read_block=lambda _, op: self._start("read", op),
            write_block=lambda _, op: self._start("written", op),
        )
        for word in ("block_read", "block_written"):
            setattr(capsule.disk_client, word, lib.address(f"disk_driver_{word}"))
        self.start(*slots)

    def _start(self, what: str, op: CData) -> int:
        assert self.op is None, "a second block while one is under way"
        if self.refusals and (err := self.refusals.pop(0)):
            return err
        if op.number >= max(self.early, self.count):
            return Err.INVAL
        self.op, self.what = op, what
        return Err.OK

    def finish(self, err: int = Err.OK) -> None:
        op, self.op = self.op, None
        assert op is not None
        memory = self.library.ffi.buffer(op.data, BLOCK)
        if err == Err.OK and op.number >= self.count:
            err = Err.INVAL
        if self.what == "read":
            memory[:] = content(op.number) if err == Err.OK else b"?" * BLOCK
        elif err == Err.OK:
            self.blocks[op.number] = bytes(memory)
        getattr(op.client, f"block_{self.what}")(op.client, op, err)
        self.check()

    def check(self) -> None:
        super().check()
        if self.op is None:
            assert zeros(self.data), "bytes left behind"
        self.check_turns(held=self.op is not None)

    def read(self, slot: int, block: int, room: int = BLOCK) -> int | Err | None:
        self.allow_rw(slot, BUFFER, room)
        return self.command(slot, READ, block)

    def write(self, slot: int, block: int, data: bytes) -> int | Err | None:
        self.allow_ro(slot, BUFFER, data)
        return self.command(slot, WRITE, block)

    def ask(self, slot: int, number: int, block: int) -> int | Err | None:
        """A command with buffers that suit any."""
        self.allow_ro(slot, BUFFER, content(slot + 99))
        self.allow_rw(slot, BUFFER, BLOCK)
        return self.command(slot, number, block)


EVENTS = {READ: WAS_READ, WRITE: WAS_WRITTEN}
TRANSFERS = pytest.mark.parametrize("number", [READ, WRITE])
ALL = pytest.mark.parametrize("number", [INITIALIZE, READ, WRITE])


def test_a_block_is_read_whole() -> None:
    disk = Disk(0)
    assert disk.read(0, 5) is None
    assert disk.upcalls(0) == []
    assert disk.drain() == 1
    assert disk.upcalls(0) == [(EVENT, WAS_READ, BLOCK, 0)]
    assert disk.memory(0, BUFFER) == content(5)


def test_a_block_is_written_whole() -> None:
    disk = Disk(0)
    assert disk.write(0, 6, content(50) + b"more") is None
    assert disk.drain() == 1
    assert disk.upcalls(0) == [(EVENT, WAS_WRITTEN, BLOCK, 0)]
    assert disk.blocks == {6: content(50)}


@pytest.mark.parametrize("room", [1, BLOCK - 1, BLOCK, BLOCK + 1, 70000])
def test_as_much_is_read_as_there_is_room(room: int) -> None:
    disk = Disk(0)
    disk.read(0, 3, room)
    disk.drain()
    came = min(room, BLOCK)
    assert disk.upcalls(0) == [(EVENT, WAS_READ, came, 0)]
    assert disk.memory(0, BUFFER) == content(3)[:came] + bytes(room - came)


@pytest.mark.parametrize("length", [1, BLOCK - 1])
def test_less_than_a_block_is_not_written(length: int) -> None:
    disk = Disk(0, 1)
    assert disk.write(0, 3, b"x" * length) == Err.SIZE
    assert disk.op is None
    assert disk.write(0, 3, content(9)) is None
    assert disk.write(1, 3, b"x" * length) == Err.SIZE, "it is known before its turn"
    disk.drain()
    assert disk.blocks == {3: content(9)}


@TRANSFERS
def test_without_a_buffer_nothing_moves(number: int) -> None:
    disk = Disk(0)
    assert disk.command(0, number, 3) == Err.RESERVE
    assert disk.op is None
    assert disk.ask(0, number, 3) is None


# --- how large it is ------------------------------------------------------------------------


@given(st.integers(0, (1 << BITS) - 1), st.integers(0, 1 << BITS))
def test_initializing_tells_the_size_of_any_disk(count: int, early: int) -> None:
    disk = Disk(0, count=count, early=early)
    assert disk.command(0, INITIALIZE) is None
    assert disk.drain() <= BITS
    assert disk.upcalls(0) == [(EVENT, INITIALIZED, BLOCK, count // 2)]


def test_initializing_takes_a_turn_for_each_bit_and_others_go_between() -> None:
    disk = Disk(0, 1)
    disk.command(0, INITIALIZE)
    for number in range(BITS - 1):
        assert disk.read(1, number % BLOCKS) is None
        disk.finish()
        disk.finish()
        assert disk.upcalls(1) == [(EVENT, WAS_READ, BLOCK, 0)]
    assert disk.upcalls(0) == []
    disk.finish()
    assert disk.upcalls(0) == [(EVENT, INITIALIZED, BLOCK, BLOCKS // 2)]


def test_each_process_gets_its_own_answer() -> None:
    disk = Disk(0, 1, 2)
    for slot in range(3):
        assert disk.command(slot, INITIALIZE) is None
    assert disk.drain() == 3 * BITS
    for slot in range(3):
        assert disk.upcalls(slot) == [(EVENT, INITIALIZED, BLOCK, BLOCKS // 2)]


@pytest.mark.parametrize("after", [0, 5, BITS - 1])
def test_a_disk_that_fails_while_it_is_sized_is_told_and_can_be_asked_again(after: int) -> None:
    disk = Disk(0, 1)
    disk.command(0, INITIALIZE)
    for _ in range(after):
        disk.finish()
    disk.read(1, 2)
    disk.finish(Err.FAIL)
    assert disk.upcalls(0) == [(EVENT, FAILED, Err.FAIL, 0)]
    disk.drain()
    assert disk.upcalls(1) == [(EVENT, WAS_READ, BLOCK, 0)]
    disk.command(0, INITIALIZE)
    disk.drain()
    assert disk.upcalls(0) == [(EVENT, INITIALIZED, BLOCK, BLOCKS // 2)]


def test_whether_there_is_a_disk_is_what_the_last_operation_found() -> None:
    disk = Disk(0)
    assert disk.command(0, IS_INSTALLED) == 1
    disk.read(0, 0)
    disk.finish(Err.OFF)
    assert disk.command(0, IS_INSTALLED) == 0
    disk.read(0, 0)
    assert disk.command(0, IS_INSTALLED) == 0
    disk.finish(Err.FAIL)
    assert disk.command(0, IS_INSTALLED) == 1
    disk.refusals = [Err.OFF]
    assert disk.command(0, INITIALIZE) == Err.OFF
    assert disk.command(0, IS_INSTALLED) == 0
    disk.write(0, 0, content(1))
    disk.drain()
    assert disk.command(0, IS_INSTALLED) == 1


# --- turns ------------------------------------------------------------------------------------


@ALL
def test_a_second_request_finds_it_busy_and_changes_nothing(number: int) -> None:
    disk = Disk(0)
    disk.read(0, 2)
    assert disk.command(0, number, 3) == Err.BUSY
    disk.drain()
    assert disk.upcalls(0) == [(EVENT, WAS_READ, BLOCK, 0)]
    assert disk.memory(0, BUFFER) == content(2)


def test_every_slot_gets_its_turn_and_writes_its_own_bytes() -> None:
    disk = Disk(*range(SLOTS), count=SLOTS)
    for slot in reversed(range(SLOTS)):
        disk.write(slot, slot, content(slot + 40))
    order = []
    while disk.op is not None:
        disk.finish()
        order += [slot for slot in range(SLOTS) if disk.upcalls(slot)]
    assert order == [SLOTS - 1, *range(SLOTS - 1)]
    assert disk.blocks == {slot: content(slot + 40) for slot in range(SLOTS)}


def test_three_greedy_processes_share_it_evenly() -> None:
    disk = Disk(0, 1, 2)
    for slot in range(3):
        disk.read(slot, slot)
    done = [0, 0, 0]
    for _ in range(300):
        disk.finish()
        for slot in range(3):
            if disk.upcalls(slot):
                done[slot] += 1
                disk.command(slot, READ, slot)
    assert done == [100, 100, 100]


@pytest.mark.parametrize("room", [0, 3, BLOCK - 1])
def test_a_buffer_that_shrinks_is_told(room: int) -> None:
    disk = Disk(0, 1, 2)
    disk.read(0, 0)
    disk.write(1, 1, content(7))
    disk.read(2, 2)
    disk.allow_rw(0, BUFFER, room)
    disk.allow_ro(1, BUFFER, b"x" * room)
    disk.drain()
    assert disk.upcalls(0) == disk.upcalls(1) == [(EVENT, FAILED, Err.SIZE, 0)]
    assert disk.memory(0, BUFFER) == content(0)[:room]
    assert disk.blocks == {}
    assert disk.upcalls(2) == [(EVENT, WAS_READ, BLOCK, 0)]


@ALL
def test_a_process_that_ends_lets_the_next_one_on_without_its_bytes(number: int) -> None:
    disk = Disk(0, 1)
    disk.ask(0, number, 3)
    disk.read(1, 4)
    disk.end(0)
    assert disk.drain() == 2
    assert disk.upcalls(1) == [(EVENT, WAS_READ, BLOCK, 0)]
    assert disk.memory(1, BUFFER) == content(4)


@ALL
def test_another_life_is_not_told_what_the_last_one_asked(number: int) -> None:
    disk = Disk(0, 1)
    disk.ask(0, number, 3)
    disk.ask(1, number, 4)
    for slot in (0, 1):
        disk.end(slot)
        disk.start(slot)
        disk.enter(slot)
        disk.allow_rw(slot, BUFFER, BLOCK)
    assert disk.drain() == 1
    for slot in (0, 1):
        assert disk.upcalls(slot) == []
        assert disk.memory(slot, BUFFER) == bytes(BLOCK)


# --- refusals and failures -------------------------------------------------------------------


@ALL
@pytest.mark.parametrize("err", [Err.OFF, Err.FAIL, Err.BUSY])
def test_a_refusal_is_the_commands_result_and_the_next_one_works(number: int, err: Err) -> None:
    disk = Disk(0, 1)
    disk.refusals = [err]
    assert disk.ask(0, number, 3) == err
    assert disk.upcalls(0) == []
    assert disk.read(0, 1) is None
    assert disk.read(1, 1) is None
    disk.drain()
    assert disk.upcalls(0) == disk.upcalls(1) == [(EVENT, WAS_READ, BLOCK, 0)]


@ALL
def test_a_refusal_in_its_turn_is_told_and_the_others_go_on(number: int) -> None:
    disk = Disk(0, 1, 2)
    disk.read(0, 0)
    disk.ask(1, number, 3)
    disk.read(2, 2)
    disk.refusals = [Err.OFF]
    disk.finish()
    assert disk.command(0, IS_INSTALLED) == 0
    disk.drain()
    assert disk.upcalls(1) == [(EVENT, FAILED, Err.OFF, 0)]
    assert disk.upcalls(0) == disk.upcalls(2) == [(EVENT, WAS_READ, BLOCK, 0)]


@TRANSFERS
@pytest.mark.parametrize("early", [0, 1 << 32])
@pytest.mark.parametrize("block", [BLOCKS, 0xFFFFFFFF])
def test_a_block_that_is_not_there_is_told(number: int, early: int, block: int) -> None:
    disk = Disk(0, early=early)
    result = disk.ask(0, number, block)
    if early == 0:
        assert result == Err.INVAL
    else:
        disk.drain()
        assert disk.upcalls(0) == [(EVENT, FAILED, Err.INVAL, 0)]
    assert disk.ask(0, number, BLOCKS - 1) is None
    disk.drain()
    assert disk.upcalls(0) == [(EVENT, EVENTS[number], BLOCK, 0)]


@TRANSFERS
def test_of_a_block_that_failed_nothing_reaches_the_process(number: int) -> None:
    disk = Disk(0)
    disk.ask(0, number, 3)
    disk.finish(Err.FAIL)
    assert disk.upcalls(0) == [(EVENT, FAILED, Err.FAIL, 0)]
    assert disk.memory(0, BUFFER) == bytes(BLOCK)


@pytest.mark.parametrize("number", [5, 0xFFFFFFFF])
def test_unknown_commands_are_not_supported(number: int) -> None:
    assert Disk(0).command(0, number) == Err.NOSUPPORT


@ALL
def test_a_process_without_memory_for_a_grant_is_told(number: int) -> None:
    disk = Disk(0)
    disk.process(0).out_of_memory = True
    assert disk.ask(0, number, 1) == Err.NOMEM
