# SPDX-License-Identifier: MIT OR Apache-2.0
"""The EEPROM's driver over a part that does not answer while it writes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.build import Library, host_library
from tests.host.fakes.callbacks import Callbacks, CData
from tests.host.fakes.fake_i2c import FakeI2c

if TYPE_CHECKING:
    from collections.abc import Callable

OK, FAIL, BUSY, OFF, INVAL, SIZE, NOACK = 0, 1, 2, 4, 6, 7, 13
ADDRESS_DETAIL, DATA_DETAIL = 1, 2
MEMORY, PAGE, TICK = 512, 16, 3
TRIES = 20


@cache
def library() -> Library:
    return host_library("at24c", ["devices/at24c.c"])


class At24c:
    """The driver and the part; `done` is what completed, as (verb, op, error, moved).

    `busy` is how many times the part does not answer after each write.
    """

    def __init__(self, busy: int = 0) -> None:
        lib = self.lib = library()
        self.callbacks = Callbacks(lib)
        self.busy, self.deaf = busy, 0
        self.memory = bytearray(MEMORY)
        self.pieces: list[int] = []
        self.bus = FakeI2c(lib, self.callbacks, 0x50)
        self.bus.answer = self._answer
        self.bytes = lib.new("uint8_t[]", 2 + PAGE)
        self.state = lib.new("struct at24c_state *")
        self.self = lib.new("struct at24c *", {"state": self.state, "i2c": self.bus.device})
        self.self.size_b, self.self.page_b, self.self.tick = MEMORY, PAGE, TICK
        self.self.bytes, self.self.bytes_size = self.bytes, 2 + PAGE
        self.self.i2c_client.transferred = lib.address("at24c_transferred")
        self.self.timer_alarm_client.alarm_fired = lib.address("at24c_alarm_fired")
        self.deadline: CData | None = None
        self.self.timer_alarm.ops = self.callbacks.new(
            "struct time_alarm_ops", alarm_set=self._set
        )
        self.self.timer_counter.ops = self.callbacks.new(
            "struct time_counter_ops", counter_now=lambda port: 1000
        )
        self.client = self.callbacks.new(
            "struct nonvolatile_storage_bytes_client",
            read_done=self._told("read"),
            write_done=self._told("write"),
        )
        self.port = lib.new("struct nonvolatile_storage_bytes *", {"owner": self.self})
        self.in_call = False
        self.done: list[tuple[str, CData, int, int]] = []
        self.alive: list[CData] = []
        self.then: Callable[[], object] = lambda: None

    def _told(self, verb: str) -> Callable[[CData, CData, int], None]:
        def told(client: CData, op: CData, err: int) -> None:
            assert not self.in_call, "a completion inside a call"
            assert not any(self.bytes), "bytes left behind"
            self.done.append((verb, op, err, op.moved))
            self.then()

        return told

    def _set(self, port: CData, deadline: CData) -> None:
        assert self.bus.transfer is None, "the bus is not free while it waits"
        assert (deadline.reference, deadline.dt) == (1000, TICK)
        self.deadline = deadline

    def _answer(self, written: bytes, size: int) -> bytes:
        at = written[0] << 8 | written[1]
        data = written[2:]
        self.pieces.append(max(size, len(data)))
        assert at // PAGE == (at + max(self.pieces[-1], 1) - 1) // PAGE, "across a page"
        if data:
            self.memory[at : at + len(data)] = data
            self.deaf = self.busy
        return bytes(self.memory[at : at + size])

    def op(self, address: int, data: bytes | int) -> CData:
        """A transfer of bytes, or room for so many."""
        size = data if isinstance(data, int) else len(data)
        lent = self.lib.new("uint8_t[]", size + 1)
        if isinstance(data, bytes):
            self.lib.ffi.memmove(lent, data, size)
        op = self.lib.new(
            "struct nonvolatile_storage_transfer *",
            {"client": self.client, "data": lent, "address": address, "len": size, "moved": 99},
        )
        self.alive += [op, lent]
        return op

    def call(self, verb: str, op: CData) -> int:
        outer, self.in_call = self.in_call, True
        err: int = getattr(self.lib, f"at24c_{verb}")(self.port, op)
        self.in_call = outer
        self.callbacks.check()
        return err

    def step(self) -> bool:
        if self.bus.transfer is not None:
            if self.deaf:
                self.deaf -= 1
                self.bus.transfer.detail = ADDRESS_DETAIL
                self.bus.finish(NOACK)
            else:
                self.bus.finish()
        elif self.deadline is not None:
            deadline, self.deadline = self.deadline, None
            deadline.client.alarm_fired(deadline.client, deadline)
            self.callbacks.check()
        else:
            return False
        return True

    def run(self) -> None:
        for _ in range(2000):
            if not self.step():
                return
        raise AssertionError("it never comes to rest")


@pytest.mark.parametrize("busy", [0, 1, TRIES])
@pytest.mark.parametrize(("address", "size"), [(0, 1), (0, 16), (10, 6), (10, 7), (250, 100)])
def test_what_is_written_is_read_again_page_by_page(address: int, size: int, busy: int) -> None:
    part = At24c(busy)
    text = bytes(range(1, size + 1))
    write, read = part.op(address, text), part.op(address, size)
    assert part.call("write", write) == OK
    part.run()
    assert part.deaf == 0, "completed before the part was done"
    assert part.memory[address : address + size] == text
    assert part.call("read", read) == OK
    part.run()
    assert part.done == [("write", write, OK, size), ("read", read, OK, size)]
    assert bytes(part.lib.ffi.buffer(read.data, size)) == text
    assert max(part.pieces) <= PAGE


def test_the_last_byte_can_be_written() -> None:
    part = At24c(1)
    assert part.call("write", part.op(MEMORY - 1, b"z")) == OK
    part.pieces.clear()
    part.run()
    assert part.memory[-1] == ord("z")


@pytest.mark.parametrize("verb", ["read", "write"])
@pytest.mark.parametrize("size", [1, PAGE, PAGE + 1, MEMORY])
def test_up_to_the_last_byte_is_there_and_one_more_is_not(verb: str, size: int) -> None:
    part = At24c(1)  # bug 98
    end = MEMORY - size
    for address, length in ((end, size + 1), (end + 1, size)):
        assert part.call(verb, part.op(address, length)) == INVAL
    assert part.bus.transfer is None
    op = part.op(end, b"z" * size)
    assert part.call(verb, op) == OK
    part.run()
    assert part.done == [(verb, op, OK, size)]
    assert part.memory == bytes(end) + (b"z" if verb == "write" else b"\0") * size


def test_the_bus_is_free_while_the_part_writes() -> None:
    part = At24c(3)
    assert part.call("write", part.op(0, b"x")) == OK
    part.step()
    part.step()
    assert part.bus.transfer is None
    assert part.deadline is not None


@pytest.mark.parametrize("verb", ["read", "write"])
def test_a_part_that_is_not_there_is_told_after_a_while(verb: str) -> None:
    part = At24c()
    part.deaf = 1000
    op = part.op(0, b"abc")
    assert part.call(verb, op) == OK
    part.run()
    assert part.done == [(verb, op, FAIL, 0)]
    assert 1000 - part.deaf == TRIES + 1
    part.deaf = 0
    assert part.call(verb, op) == OK


@pytest.mark.parametrize(
    ("bus", "said"), [(OFF, OFF), (FAIL, FAIL), (NOACK, FAIL), (SIZE, FAIL)]
)
def test_an_error_of_the_bus_is_told(bus: int, said: int) -> None:
    part = At24c()
    op = part.op(0, bytes(40))
    assert part.call("write", op) == OK
    part.step()
    assert part.bus.transfer is not None
    part.bus.transfer.detail = DATA_DETAIL
    part.bus.finish(bus)
    assert part.done == [("write", op, said, PAGE)]


def test_a_refusal_in_the_middle_ends_it() -> None:
    part = At24c()
    op = part.op(0, bytes(40))
    assert part.call("write", op) == OK
    part.bus.refusals = [OFF]
    part.step()
    assert part.done == [("write", op, OFF, PAGE)]
    assert part.call("write", op) == OK


def test_what_is_refused_lends_nothing() -> None:
    part = At24c()
    nobody = part.op(0, b"x")
    nobody.client = part.lib.ffi.NULL
    long = part.op(2, 1)
    long.len = 2**32 - 1
    for op, err in (
        (part.op(0, 0), SIZE),
        (long, INVAL),
        (nobody, INVAL),
        (part.op(MEMORY, 1), INVAL),
        (part.op(MEMORY - 1, 2), INVAL),
        (part.op(2**32 - 1, 2), INVAL),
    ):
        assert part.call("write", op) == err
        assert part.call("read", op) == err
        assert op.moved == 99
    for bus, said in ((OFF, OFF), (BUSY, FAIL)):
        part.bus.refusals = [bus]
        op = part.op(0, b"x")
        assert part.call("write", op) == said
        assert op.moved == 99
        assert not any(part.bytes)
    first = part.op(0, 1)
    assert part.call("read", first) == OK
    assert part.call("write", part.op(0, b"x")) == BUSY
    part.run()
    assert part.done == [("read", first, OK, 1)]


def test_the_next_can_start_in_the_completion() -> None:
    part = At24c(2)
    rest = [part.op(8, b"two")]
    part.then = lambda: bool(rest) and part.call("write", rest.pop()) == OK
    assert part.call("write", part.op(0, b"one")) == OK
    part.run()
    assert [each[2] for each in part.done] == [OK, OK]
    assert part.memory[:11] == b"one\0\0\0\0\0two"
