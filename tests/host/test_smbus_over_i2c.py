# SPDX-License-Identifier: MIT OR Apache-2.0
"""SMBus packets over an I2C bus that is driven by hand.

What must be on the wire is made here a second time, from the specification: the bytes with
their addresses, and the check byte as the rest of a division of polynomials.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.host.build import Library, host_library
from tests.host.fakes.callbacks import Callbacks, CData
from tests.host.fakes.fake_i2c import FakeI2c

if TYPE_CHECKING:
    from collections.abc import Callable

OK, FAIL, BUSY, ALREADY, OFF, INVAL, SIZE, CANCEL, NOACK = 0, 1, 2, 3, 4, 6, 7, 8, 13
CANCELLED, TOO_LATE = 0, 1
CHECK, COUNT = 16, 17
ADDRESS, BLOCK = 0x5A, 32
UNTOUCHED = 0xEE


class Kind(IntEnum):
    WRITE = 0
    READ = 1
    RECEIVE = 2
    CALL = 3
    BLOCK_WRITE = 4
    BLOCK_READ = 5


LENGTHS = {
    Kind.WRITE: {0, 1, 2, 4, 8},
    Kind.READ: {1, 2, 4, 8},
    Kind.RECEIVE: {1},
    Kind.CALL: {2},
    Kind.BLOCK_WRITE: {*range(1, BLOCK + 1)},
    Kind.BLOCK_READ: {*range(1, BLOCK + 1)},
}
GOES = {Kind.WRITE, Kind.CALL, Kind.BLOCK_WRITE}
COMES = {Kind.READ, Kind.RECEIVE, Kind.CALL, Kind.BLOCK_READ}
PACKETS = [(kind, length) for kind, lengths in LENGTHS.items() for length in sorted(lengths)]
packets = st.sampled_from(PACKETS)
byte = st.integers(0, 255)


def check_byte(*parts: bytes) -> int:
    """The rest of what was on the wire, divided by x^8 + x^2 + x + 1."""
    rest = int.from_bytes(b"".join(parts) + b"\0")
    while rest.bit_length() > 8:
        rest ^= 0x107 << (rest.bit_length() - 9)
    return rest


@cache
def library() -> Library:
    return host_library("smbus_over_i2c", ["devices/smbus_over_i2c.c"])


class Smbus:
    """The device; `done` is what completed, as (op, error)."""

    def __init__(self, *, check: bool = False) -> None:
        lib = self.lib = library()
        self.callbacks = Callbacks(lib)
        self.bus = FakeI2c(lib, self.callbacks, ADDRESS)
        self.state = lib.new("struct smbus_over_i2c_state *")
        self.bytes = lib.new("uint8_t[]", BLOCK + 3)
        fields = {"state": self.state, "i2c": self.bus.device, "check": check}
        size = {"block": BLOCK, "bytes": self.bytes, "bytes_size": BLOCK + 3}
        self.self = lib.new("struct smbus_over_i2c *", fields | size)
        self.self.i2c_client.transferred = lib.address("smbus_over_i2c_transferred")
        self.port = lib.new("struct smbus_device *", {"owner": self.self})
        self.client = self.callbacks.new("struct smbus_device_client", exchanged=self._done)
        self.in_call = False
        self.rooms: list[CData] = []  # what a descriptor points to does not live by itself
        self.done: list[tuple[CData, int]] = []
        self.then: Callable[[], object] = lambda: None

    def _done(self, client: CData, op: CData, err: int) -> None:
        assert not self.in_call, "a completion inside a call"
        self.done.append((op, err))
        self.then()

    def op(
        self, kind: int = Kind.READ, length: int = 1, *, command: int = 7, data: bytes = b""
    ) -> CData:
        """A packet with its data, or with room that nothing has touched."""
        room = self.lib.new("uint8_t[]", list(data or bytes([UNTOUCHED] * max(1, length))))
        self.rooms.append(room)
        fields = {"client": self.client, "data": room, "kind": kind, "command": command}
        return self.lib.new(
            "struct smbus_packet *", fields | {"len": length, "done_len": 99, "detail": 99}
        )

    def data(self, op: CData, length: int) -> bytes:
        return bytes(self.lib.ffi.buffer(op.data, length))

    def call(self, name: str, *arguments: object) -> int:
        outer, self.in_call = self.in_call, True
        err: int = getattr(self.lib, f"smbus_over_i2c_{name}")(self.port, *arguments)
        self.in_call = outer
        self.callbacks.check()
        return err

    def cancel(self, op: CData) -> tuple[int, int]:
        """Error and outcome."""
        outcome = self.lib.new("enum cancel *", 7)
        return self.call("exchange_cancel", op, outcome), outcome[0]

    def exchange(self, op: CData, answer: bytes = b"") -> int:
        """One that the bus answers to; what the bus reads beyond the answer is ones."""
        self.bus.answer = lambda written, size: (answer + b"\xff" * size)[:size]
        assert self.call("exchange", op) == OK
        self.bus.finish()
        return self.done[-1][1]


WRITING, READING = bytes([ADDRESS << 1]), bytes([ADDRESS << 1 | 1])


@given(packet=packets, command=byte, data=st.data(), check=st.booleans())
def test_a_packet_is_on_the_wire_as_the_specification_has_it(
    packet: tuple[Kind, int], command: int, data: st.DataObject, check: bool
) -> None:
    kind, length = packet
    gone = data.draw(st.binary(min_size=length, max_size=length), "goes")
    count = data.draw(st.integers(1, length), "count") if kind == Kind.BLOCK_READ else length
    came = data.draw(st.binary(min_size=count, max_size=count), "comes")
    head = bytes([] if kind == Kind.RECEIVE else [command])
    head += bytes([length]) if kind == Kind.BLOCK_WRITE else b""
    head += gone if kind in GOES else b""
    answer = bytes([count]) * (kind == Kind.BLOCK_READ) + came
    if check and kind in COMES:
        before = WRITING + head if head else b""
        answer += bytes([check_byte(before, READING, answer)])
    elif check:
        head += bytes([check_byte(WRITING, head)])
    smbus = Smbus(check=check)
    op = smbus.op(kind, length, command=command, data=gone)
    assert smbus.exchange(op, answer) == OK
    assert smbus.bus.written == [head]
    assert (op.done_len, op.detail) == (count if kind in COMES else length, 0)
    assert smbus.data(op, length) == (came + gone[count:] if kind in COMES else gone)


def test_the_check_byte_is_that_of_a_data_sheet() -> None:
    """The MLX90614's two examples: an object's temperature, and a cell that is written."""
    smbus = Smbus(check=True)
    read = smbus.op(Kind.READ, 2, command=0x07)
    assert smbus.exchange(read, bytes.fromhex("d23a30")) == OK
    assert smbus.data(read, 2) == bytes.fromhex("d23a")
    assert smbus.exchange(smbus.op(Kind.WRITE, 2, command=0x22, data=b"\x07\xc8")) == OK
    assert smbus.bus.written[1] == bytes.fromhex("2207c848")


@pytest.mark.parametrize("kind", COMES)
@pytest.mark.parametrize("bit", range(8))
def test_no_flipped_bit_is_taken_for_data(kind: Kind, bit: int) -> None:
    length = max(each for each in LENGTHS[kind] if each <= 8)
    answer = bytes([length] * (kind == Kind.BLOCK_READ)) + bytes(range(length))
    before = WRITING + bytes([7]) + bytes(range(length)) * (kind == Kind.CALL)
    right = answer + bytes([check_byte(before * (kind != Kind.RECEIVE), READING, answer)])
    for place in range(len(right)):
        smbus = Smbus(check=True)
        op = smbus.op(kind, length, data=bytes(range(length)) if kind == Kind.CALL else b"")
        before_it = smbus.data(op, length)
        wrong = bytearray(right)
        wrong[place] ^= 1 << bit
        assert smbus.exchange(op, bytes(wrong)) == FAIL
        assert op.detail in {CHECK, COUNT}
        assert (op.done_len, smbus.data(op, length)) == (0, before_it)
        assert smbus.exchange(smbus.op(Kind.WRITE, 0)) == OK


@pytest.mark.parametrize("count", [0, 5, 32, 33, 255])
def test_a_block_that_does_not_fit_is_told_and_not_cut(count: int) -> None:
    smbus = Smbus()
    op = smbus.op(Kind.BLOCK_READ, 4)
    assert smbus.exchange(op, bytes([count, 1, 2, 3, 4])) == FAIL
    assert (op.detail, op.done_len) == (COUNT, 0)
    assert smbus.data(op, 4) == bytes([UNTOUCHED] * 4)


@pytest.mark.parametrize("kind", range(8))
def test_a_length_that_a_kind_cannot_have_is_refused(kind: int) -> None:
    for length in range(256):
        smbus = Smbus()
        known = kind in {*Kind}
        wanted = INVAL if not known else OK if length in LENGTHS[Kind(kind)] else SIZE
        assert smbus.call("exchange", smbus.op(kind, length)) == wanted, length
        assert (smbus.bus.transfer is not None) == (wanted == OK)


def test_who_is_not_told_or_has_no_data_is_refused() -> None:
    smbus = Smbus()
    nobody, nothing = smbus.op(), smbus.op()
    nobody.client = nothing.data = smbus.lib.ffi.NULL
    assert smbus.call("exchange", nobody) == INVAL
    assert smbus.call("exchange", nothing) == INVAL
    command = smbus.op(Kind.WRITE, 0)
    command.data = smbus.lib.ffi.NULL
    assert smbus.exchange(command) == OK


@pytest.mark.parametrize(("bus", "said"), [(OFF, OFF), (BUSY, FAIL), (FAIL, FAIL)])
def test_what_the_bus_refuses_is_refused(bus: int, said: int) -> None:
    smbus = Smbus()
    op = smbus.op()
    smbus.bus.refusals = [bus]
    assert smbus.call("exchange", op) == said
    assert (op.done_len, op.detail) == (99, 99)
    assert smbus.exchange(op) == OK


@pytest.mark.parametrize(
    ("bus", "said"), [(NOACK, NOACK), (OFF, OFF), (FAIL, FAIL), (INVAL, FAIL), (SIZE, FAIL)]
)
@pytest.mark.parametrize("kind", [Kind.READ, Kind.WRITE])
def test_an_error_of_the_bus_is_told_with_its_cause_and_no_data(
    kind: Kind, bus: int, said: int
) -> None:
    smbus = Smbus()
    op = smbus.op(kind, 2)
    assert smbus.call("exchange", op) == OK
    assert smbus.bus.transfer is not None
    smbus.bus.transfer.detail = 2
    smbus.bus.finish(bus)
    assert smbus.done == [(op, said)]
    assert (op.done_len, op.detail) == (0, 2)
    assert smbus.data(op, 2) == bytes([UNTOUCHED] * 2)


@pytest.mark.parametrize(
    ("acknowledged", "data"), [(0, 0), (1, 0), (2, 0), (3, 1), (6, 4), (7, 4)]
)
def test_of_a_block_that_is_cut_off_what_was_data_is_told(acknowledged: int, data: int) -> None:
    smbus = Smbus(check=True)
    op = smbus.op(Kind.BLOCK_WRITE, 4, data=b"abcd")
    assert smbus.call("exchange", op) == OK
    transfer, smbus.bus.transfer = smbus.bus.transfer, None
    assert transfer is not None
    transfer.done_len = acknowledged
    transfer.client.transferred(transfer.client, transfer, NOACK)
    assert smbus.done == [(op, NOACK)]
    assert op.done_len == data


def test_one_packet_at_a_time_and_the_next_can_start_in_its_completion() -> None:
    smbus = Smbus()
    first, second = smbus.op(), smbus.op(Kind.READ, 2)
    smbus.then = lambda: None if len(smbus.done) > 1 else smbus.call("exchange", second)
    assert smbus.call("exchange", first) == OK
    assert smbus.call("exchange", second) == BUSY
    smbus.bus.finish()
    smbus.bus.finish()
    assert smbus.done == [(first, OK), (second, OK)]


@pytest.mark.parametrize("late", [False, True])
def test_a_cancel_is_that_of_the_bus(late: bool) -> None:
    smbus = Smbus()
    op = smbus.op()
    assert smbus.cancel(op) == (ALREADY, 7)
    assert smbus.cancel(smbus.lib.ffi.NULL) == (ALREADY, 7)
    assert smbus.call("exchange", op) == OK
    assert smbus.cancel(smbus.op()) == (ALREADY, 7)
    smbus.bus.too_late = late
    assert smbus.cancel(op) == (OK, TOO_LATE if late else CANCELLED)
    assert smbus.cancel(op) == (OK, TOO_LATE)
    smbus.bus.finish()
    assert smbus.done == [(op, OK if late else CANCEL)]
    assert smbus.cancel(op) == (ALREADY, 7)
