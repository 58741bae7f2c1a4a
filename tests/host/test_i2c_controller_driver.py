# SPDX-License-Identifier: MIT OR Apache-2.0
"""The I2C driver, claim by claim, over a bus whose transfers end by hand."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.fakes.capsule import SLOTS, Err, OneAtATime, capsule_library, zeros

if TYPE_CHECKING:
    from tests.host.build import Library
    from tests.host.fakes.callbacks import CData

WRITE, READ, WRITE_READ = 1, 2, 3
ALL = (WRITE, READ, WRITE_READ)
BYTES = 1
ROOM = 32
DEVICES = (0x20, 0x48, 0x77)
HERE = DEVICES[1]
NAME = "i2c_controller_driver"


@cache
def library() -> Library:
    return capsule_library(NAME)


class I2c(OneAtATime):
    """What is read is a count from 1; `seen` is who was addressed, what was written, read."""

    def __init__(self, *slots: int) -> None:
        super().__init__(library(), NAME, upcalls=1, rw=2)
        lib, capsule = self.library, self.capsule
        self.refusals: list[int] = []
        self.seen: list[tuple[int, bytes, int]] = []
        self.state = lib.new(f"struct {NAME}_state *")
        self.data = lib.new("uint8_t[]", ROOM)
        self.devices = lib.new("struct i2c_device[]", len(DEVICES))
        ops = self.callbacks.new("struct i2c_controller_ops", transfer=self._start)
        for device, address in zip(self.devices, DEVICES, strict=True):
            device.address, device.controller.ops = address, ops
        capsule.state, capsule.data, capsule.data_size = self.state, self.data, ROOM
        capsule.devices, capsule.devices_count = self.devices, len(DEVICES)
        capsule.devices_client.transferred = lib.address(f"{NAME}_transferred")
        self.start(*slots)

    def _start(self, _: CData, op: CData) -> int:
        assert self.op is None, "a second transfer while one is under way"
        assert 0 < max(op.tx_len, op.rx_len) <= ROOM
        if self.refusals and (err := self.refusals.pop(0)):
            return err
        self.op, op.done_len = op, 0
        written = bytes(self.library.ffi.buffer(op.tx, op.tx_len))
        self.seen.append((op.device.address, written, op.rx_len))
        return Err.OK

    def finish(self, err: int = Err.OK, moved: int | None = None) -> None:
        op, self.op = self.op, None
        assert op is not None
        whole = op.tx_len + op.rx_len
        op.done_len = (whole if err == Err.OK else 0) if moved is None else moved
        came = bytes(range(1, 1 + max(0, op.done_len - op.tx_len)))
        self.library.ffi.memmove(op.rx, came, len(came))
        op.client.transferred(op.client, op, err)
        self.check()

    def check(self) -> None:
        super().check()
        if self.op is None:
            assert zeros(self.data), "bytes left behind"
        self.check_turns(held=self.op is not None)

    def lend(self, slot: int, length: int, data: bytes = b"") -> None:
        self.allow_rw(slot, BYTES, length)
        if data:
            self.library.ffi.memmove(self.process(slot).rw[BYTES].data, data, len(data))

    def ask(
        self, slot: int, number: int, length: int, data: bytes = b"", address: int = HERE
    ) -> object:
        """`length` bytes to read or, of a plain write, to write; the buffer fits."""
        self.lend(slot, max(length, len(data)), data)
        first = address | (len(data) << 8 if number == WRITE_READ else 0)
        return self.command(slot, number, first, length)


def test_what_is_written_goes_to_the_device() -> None:
    i2c = I2c(0)
    assert i2c.ask(0, WRITE, 3, b"abc") is None
    assert i2c.upcalls(0) == []
    i2c.finish()
    assert i2c.seen == [(HERE, b"abc", 0)]
    assert i2c.upcalls(0) == [(0, 0, 3, 0)]
    assert i2c.memory(0, BYTES) == b"abc"


def test_what_is_read_comes_whole() -> None:
    i2c = I2c(0)
    assert i2c.ask(0, READ, 5, b"secret") is None
    i2c.finish()
    assert i2c.seen == [(HERE, b"", 5)]
    assert i2c.upcalls(0) == [(0, 0, 5, 0)]
    assert i2c.memory(0, BYTES) == b"\1\2\3\4\5t"


@pytest.mark.parametrize(("written", "length"), [(1, 2), (4, 1), (ROOM, ROOM)])
def test_a_register_is_written_and_then_read_in_one_transfer(written: int, length: int) -> None:
    i2c = I2c(0)
    data = bytes(range(100, 100 + written))
    assert i2c.ask(0, WRITE_READ, length, data) is None
    i2c.finish()
    assert i2c.seen == [(HERE, data, length)]
    assert i2c.upcalls(0) == [(0, 0, written + length, 0)]
    assert i2c.memory(0, BYTES)[:length] == bytes(range(1, 1 + length))


@pytest.mark.parametrize("number", ALL)
@pytest.mark.parametrize("after", ALL)
def test_one_request_follows_another(number: int, after: int) -> None:
    i2c = I2c(0)
    for each in (number, after):
        assert i2c.ask(0, each, 1, b"x") is None
        i2c.finish()
        assert i2c.upcalls(0) == [(0, 0, 2 if each == WRITE_READ else 1, 0)]


@pytest.mark.parametrize("number", ALL)
@pytest.mark.parametrize("address", DEVICES)
def test_each_device_of_the_list_is_reached(number: int, address: int) -> None:
    i2c = I2c(0)
    assert i2c.ask(0, number, 1, b"x", address) is None
    i2c.finish()
    assert i2c.seen[0][0] == address


@pytest.mark.parametrize("number", ALL)
def test_no_other_address_is_reached(number: int) -> None:
    i2c = I2c(0)
    for address in range(256):
        if address not in DEVICES:
            assert i2c.ask(0, number, 1, b"x", address) == Err.NODEVICE
    assert i2c.seen == []


@pytest.mark.parametrize("number", [WRITE, READ])
def test_an_address_is_not_cut_to_a_byte(number: int) -> None:
    i2c = I2c(0)
    for address in (0x100 | HERE, 0xFFFFFF00 | HERE):
        assert i2c.ask(0, number, 1, b"x", address) == Err.NODEVICE


@pytest.mark.parametrize("number", ALL)
@pytest.mark.parametrize("length", [17, 40, 300, 1000, 0x10001, 0xFFFFFFFF])
def test_a_length_beyond_the_processs_buffer_is_refused(number: int, length: int) -> None:
    """Scenario 90: no length reaches past a buffer."""
    i2c = I2c(0)
    i2c.lend(0, 16)
    i2c.enter(0)
    assert i2c.command(0, number, HERE | (1 << 8 if number == WRITE_READ else 0), length) == (
        Err.INVAL
    )
    assert i2c.seen == []


@pytest.mark.parametrize("number", ALL)
@pytest.mark.parametrize("length", [ROOM + 1, 40, 300, 0x10001])
def test_a_length_beyond_the_kernels_buffer_is_refused(number: int, length: int) -> None:
    """Scenarios 39 and 90: a transfer is whole or not at all, and a length is no byte."""
    i2c = I2c(0)
    i2c.lend(0, length)
    i2c.enter(0)
    first = HERE | (1 << 8 if number == WRITE_READ else 0)
    assert i2c.command(0, number, first, length) == Err.SIZE
    assert i2c.seen == []
    assert i2c.command(0, number, first, ROOM) is None


@pytest.mark.parametrize("written", [ROOM + 1, 300, 0x10001])
def test_more_written_before_a_read_than_the_kernels_buffer_is_refused(written: int) -> None:
    i2c = I2c(0)
    i2c.lend(0, written)
    i2c.enter(0)
    assert i2c.command(0, WRITE_READ, HERE | written << 8, 1) == Err.SIZE
    assert i2c.command(0, WRITE_READ, HERE | (written + 1) << 8, 1) == Err.INVAL
    assert i2c.seen == []


@pytest.mark.parametrize("number", ALL)
def test_nothing_to_move_or_no_buffer_is_refused(number: int) -> None:
    i2c = I2c(0)
    i2c.enter(0)
    assert i2c.command(0, number, HERE, 1) == Err.INVAL
    i2c.lend(0, 16)
    assert i2c.command(0, number, HERE, 0) == Err.INVAL


@pytest.mark.parametrize("number", ALL)
def test_a_second_request_is_busy_and_changes_nothing(number: int) -> None:
    i2c = I2c(0)
    i2c.ask(0, READ, 4)
    assert i2c.command(0, number, DEVICES[0], 1) == Err.BUSY
    i2c.drain()
    assert i2c.upcalls(0) == [(0, 0, 4, 0)]
    assert i2c.seen == [(HERE, b"", 4)]


def test_a_queued_write_writes_its_own_bytes() -> None:
    i2c = I2c(0, 1)
    i2c.ask(0, WRITE, 3, b"aaa")
    i2c.ask(1, WRITE, 2, b"bb", DEVICES[0])
    i2c.drain()
    assert i2c.seen == [(HERE, b"aaa", 0), (DEVICES[0], b"bb", 0)]


def test_every_slot_gets_its_turn() -> None:
    i2c = I2c(*range(SLOTS))
    for slot in reversed(range(SLOTS)):
        i2c.ask(slot, WRITE, 1, bytes([slot]))
    i2c.drain()
    assert [written[0] for _, written, _ in i2c.seen] == [SLOTS - 1, *range(SLOTS - 1)]


# -- what goes wrong --------------------------------------------------------------------


def test_a_device_that_does_not_answer_is_told_and_the_others_go_on() -> None:
    i2c = I2c(0, 1)
    i2c.ask(0, WRITE_READ, 2, b"r", DEVICES[0])
    i2c.ask(1, READ, 2)
    i2c.finish(Err.NOACK)
    i2c.drain()
    assert i2c.upcalls(0) == [(0, Err.NOACK, 0, 0)]
    assert i2c.upcalls(1) == [(0, 0, 2, 0)]


@pytest.mark.parametrize(("moved", "told"), [(1, b"new"), (3, b"new"), (4, b"\1ew")])
def test_a_failure_is_told_with_what_had_moved(moved: int, told: bytes) -> None:
    i2c = I2c(0)
    i2c.ask(0, WRITE_READ, 2, b"sss")
    i2c.lend(0, 3, b"new")
    i2c.finish(Err.FAIL, moved)
    assert i2c.upcalls(0) == [(0, Err.FAIL, moved, 0)]
    assert i2c.memory(0, BYTES) == told


@pytest.mark.parametrize("room", [0, 3])
def test_a_buffer_that_shrinks_before_what_is_read_comes_is_told(room: int) -> None:
    i2c = I2c(0, 1)
    i2c.ask(0, WRITE_READ, 4, b"sss")
    i2c.ask(1, READ, 1)
    i2c.lend(0, room)
    i2c.drain()
    assert i2c.upcalls(0) == [(0, Err.SIZE, 3 + room, 0)]
    assert i2c.memory(0, BYTES) == b"\1\2\3"[:room]
    assert i2c.upcalls(1) == [(0, 0, 1, 0)]


def test_of_two_things_that_go_wrong_the_buss_is_told() -> None:
    i2c = I2c(0)
    i2c.ask(0, READ, 4)
    i2c.lend(0, 0)
    i2c.finish(Err.FAIL, 4)
    assert i2c.upcalls(0) == [(0, Err.FAIL, 0, 0)]


def test_a_buffer_that_shrinks_before_its_turn_writes_nothing() -> None:
    i2c = I2c(0, 1, 2)
    for slot in range(3):
        i2c.ask(slot, WRITE, 3, b"xyz")
    i2c.lend(1, 2)
    i2c.drain()
    assert len(i2c.seen) == 2
    assert i2c.upcalls(1) == [(0, Err.SIZE, 0, 0)]
    assert i2c.upcalls(2) == [(0, 0, 3, 0)]


@pytest.mark.parametrize("number", ALL)
def test_one_that_ends_lets_the_next_on_without_its_bytes(number: int) -> None:
    i2c = I2c(0, 1)
    i2c.ask(0, number, 20, b"s" * 20)
    i2c.ask(1, READ, 4)
    i2c.end(0)
    i2c.drain()
    assert i2c.upcalls(1) == [(0, 0, 4, 0)]
    assert i2c.memory(1, BYTES) == b"\1\2\3\4"


def test_another_life_gets_nothing_of_what_the_last_one_asked_for() -> None:
    i2c = I2c(0)
    i2c.ask(0, READ, 4)
    i2c.end(0)
    i2c.start(0)
    i2c.enter(0)
    i2c.lend(0, 4)
    i2c.drain()
    assert i2c.upcalls(0) == []
    assert i2c.memory(0, BYTES) == bytes(4)
    assert i2c.ask(0, READ, 1) is None


def test_who_ends_while_waiting_is_forgotten() -> None:
    i2c = I2c(0, 1, 2)
    for slot in range(3):
        i2c.ask(slot, READ, 1)
    i2c.end(1)
    i2c.start(1)
    i2c.enter(1)
    i2c.drain()
    assert i2c.upcalls(1) == []
    assert i2c.upcalls(2) == [(0, 0, 1, 0)]
    assert len(i2c.seen) == 2


@pytest.mark.parametrize("number", ALL)
def test_a_refusal_is_the_commands_result_and_the_next_one_works(number: int) -> None:
    i2c = I2c(0, 1)
    i2c.refusals = [Err.FAIL]
    i2c.enter(0)
    assert i2c.ask(0, number, 6, b"secret") == Err.FAIL
    assert i2c.upcalls(0) == []
    assert i2c.ask(0, READ, 1) is None
    assert i2c.ask(1, READ, 1) is None
    i2c.drain()
    assert i2c.upcalls(0) == i2c.upcalls(1) == [(0, 0, 1, 0)]


def test_a_refusal_in_its_turn_is_told_and_the_others_go_on() -> None:
    i2c = I2c(0, 1, 2)
    for slot in range(3):
        i2c.ask(slot, WRITE, 3, b"xyz")
    i2c.refusals = [Err.OFF]
    i2c.drain()
    assert i2c.upcalls(1) == [(0, Err.OFF, 0, 0)]
    assert i2c.upcalls(0) == i2c.upcalls(2) == [(0, 0, 3, 0)]


@pytest.mark.parametrize("number", [4, 0xFFFFFFFF])
def test_unknown_commands_are_not_supported(number: int) -> None:
    assert I2c(0).command(0, number, HERE, 1) == Err.NOSUPPORT


@pytest.mark.parametrize("number", ALL)
def test_a_process_without_memory_for_a_grant_is_told(number: int) -> None:
    i2c = I2c(0)
    i2c.process(0).out_of_memory = True
    assert i2c.command(0, number, HERE, 1) == Err.NOMEM
