# SPDX-License-Identifier: MIT OR Apache-2.0
"""The SPI driver, claim by claim, over a bus whose transfers end by hand.

The bus notes what goes out under one select, and at which rate and mode.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.fakes.capsule import SLOTS, Err, OneAtATime, capsule_library, zeros

if TYPE_CHECKING:
    from tests.host.build import Library
    from tests.host.fakes.callbacks import CData

TRANSFER, READ, IN_PLACE = 2, 11, 12
SET_RATE, GET_RATE, SET_PHASE, GET_PHASE, SET_POLARITY, GET_POLARITY = range(5, 11)
MOVING = (TRANSFER, READ, IN_PLACE)
OUT = IN = 0
PIECE, CHAIN = 8, 16
RATE, MODE = 4_000_000, 2
SLOWEST = 1000
NAME = "spi_controller_driver"


@cache
def library() -> Library:
    return capsule_library(NAME)


@dataclass
class Selected:
    """What went over the bus while the device was selected, and how."""

    rate: int
    mode: int
    sent: bytes = b""
    pieces: int = 0


class Spi(OneAtATime):
    """What comes back from the device is what is sent, each byte plus one."""

    def __init__(self, *slots: int) -> None:
        super().__init__(library(), NAME, upcalls=1, ro=1, rw=1)
        lib, capsule = self.library, self.capsule
        self.refusals: list[int] = []
        self.chains: list[Selected] = []
        self.selected = False
        self.state = lib.new(f"struct {NAME}_state *")
        self.data = lib.new("uint8_t[]", PIECE)
        self.device = lib.new("struct spi_device *", {"rate_hz": RATE, "mode": MODE})
        capsule.state, capsule.data, capsule.data_size = self.state, self.data, PIECE
        capsule.spi, capsule.mode = self.device, MODE
        capsule.rate_min_hz, capsule.rate_max_hz = SLOWEST, RATE
        capsule.spi_client.transferred = lib.address(f"{NAME}_transferred")
        self.device.controller.ops = self.callbacks.new(
            "struct spi_controller_ops", transfer=self._start
        )
        self.start(*slots)

    def _start(self, _: CData, op: CData) -> int:
        assert self.op is None, "a second transfer while one is under way"
        assert op.device == self.device
        assert op.len > 0
        assert op.rx != op.tx or op.tx == self.data
        if self.refusals and (err := self.refusals.pop(0)):
            return err
        now = Selected(self.device.rate_hz, self.device.mode)
        if self.selected:
            last = self.chains[-1]
            assert (last.rate, last.mode) == (now.rate, now.mode), "changed under way"
            assert last.pieces < CHAIN, "longer than a chain may be"
        else:
            self.chains.append(now)
        self.selected, self.op, op.done_len = True, op, 0
        return Err.OK

    def finish(self, err: int = Err.OK, moved: int | None = None) -> None:
        """The piece under way ends, and the device is let go if nothing goes on."""
        op, self.op = self.op, None
        assert op is not None
        chain, ffi = self.chains[-1], self.library.ffi
        op.done_len = (op.len if err == Err.OK else 0) if moved is None else moved
        sent = b"\xff" * op.len if op.tx == ffi.NULL else bytes(ffi.buffer(op.tx, op.len))
        chain.sent += sent[: op.done_len]
        chain.pieces += 1
        if op.rx != ffi.NULL:
            came = bytes((byte + 1) % 256 for byte in sent[: op.done_len])
            ffi.memmove(op.rx, came, op.done_len)
        keep = err == Err.OK and bool(op.keep_selected)
        self.selected = keep
        op.client.transferred(op.client, op, err)
        if self.op is None:
            self.selected = False
        self.check_bytes()
        if self.library.fake_kernel_take_deferred():
            assert not self.selected
            self.library.spi_controller_driver_deselected(self.capsule)
        self.check()

    def check_bytes(self) -> None:
        if self.op is None:
            assert zeros(self.data), "bytes left behind"

    def check(self) -> None:
        super().check()
        self.check_bytes()
        self.check_turns(held=self.op is not None)

    def ask(self, slot: int, number: int, length: int, data: bytes = b"") -> object:
        """A request with room for what comes; `data` is what it sends."""
        if number == TRANSFER:
            self.allow_ro(slot, OUT, data or b"\0" * length)
        self.allow_rw(slot, IN, length)
        if number == IN_PLACE and data:
            self.library.ffi.memmove(self.process(slot).rw[IN].data, data, len(data))
        return self.command(slot, number, length)


def plus_one(data: bytes) -> bytes:
    return bytes((byte + 1) % 256 for byte in data)


LENGTHS = [1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, PIECE * CHAIN]


@pytest.mark.parametrize("number", [TRANSFER, IN_PLACE])
@pytest.mark.parametrize("length", LENGTHS)
def test_what_is_sent_and_what_comes_are_whole_under_one_select(
    number: int, length: int
) -> None:
    spi = Spi(0)
    data = bytes(n % 251 for n in range(length))
    assert spi.ask(0, number, length, data) is None
    assert spi.upcalls(0) == []
    spi.drain()
    assert spi.upcalls(0) == [(0, length, 0, 0)]
    assert [chain.sent for chain in spi.chains] == [data]
    assert spi.memory(0, IN) == plus_one(data)


def test_without_a_buffer_for_it_what_comes_is_dropped() -> None:
    spi = Spi(0)
    spi.allow_ro(0, OUT, b"0123456789")
    assert spi.command(0, TRANSFER, 10) is None
    assert spi.op is not None
    assert spi.op.rx == spi.library.ffi.NULL
    spi.drain()
    assert spi.upcalls(0) == [(0, 10, 0, 0)]
    assert spi.chains[0].sent == b"0123456789"


@pytest.mark.parametrize("number", MOVING)
def test_the_length_counts_and_not_the_buffers(number: int) -> None:
    """Scenario 34: ten bytes of a hundred."""
    spi = Spi(0)
    spi.allow_ro(0, OUT, b"x" * 100)
    spi.allow_rw(0, IN, 100)
    assert spi.command(0, number, 10) is None
    spi.drain()
    assert spi.upcalls(0) == [(0, 10, 0, 0)]
    assert len(spi.chains[0].sent) == 10
    assert spi.memory(0, IN)[10:] == bytes(90)


def test_a_read_sends_ones_whatever_else_is_allowed() -> None:
    spi = Spi(0)
    spi.allow_ro(0, OUT, b"secret")
    spi.allow_rw(0, IN, 20)
    spi.library.ffi.memmove(spi.process(0).rw[IN].data, b"mine", 4)
    assert spi.command(0, READ, 20) is None
    assert spi.drain() == 3
    assert spi.chains[0].sent == b"\xff" * 20
    assert spi.memory(0, IN) == bytes(20)


@pytest.mark.parametrize("number", MOVING)
@pytest.mark.parametrize("length", [0, 21, 0xFFFFFFFF])
def test_none_or_more_than_the_buffers_have_is_refused(number: int, length: int) -> None:
    spi = Spi(0)
    spi.enter(0)
    spi.allow_ro(0, OUT, b"x" * 20)
    spi.allow_rw(0, IN, 20)
    assert spi.command(0, number, length) == Err.INVAL
    assert spi.command(0, number, 20) is None


@pytest.mark.parametrize("number", MOVING)
def test_without_the_buffer_that_it_needs_a_request_is_refused(number: int) -> None:
    spi = Spi(0)
    spi.enter(0)
    if number != TRANSFER:
        spi.allow_ro(0, OUT, b"x" * 20)
    assert spi.command(0, number, 1) == Err.INVAL


def test_a_buffer_for_what_comes_that_is_too_small_is_refused() -> None:
    spi = Spi(0)
    spi.enter(0)
    spi.allow_ro(0, OUT, b"x" * 20)
    spi.allow_rw(0, IN, 19)
    assert spi.command(0, TRANSFER, 20) == Err.INVAL


@pytest.mark.parametrize("number", MOVING)
def test_more_than_a_chain_is_refused(number: int) -> None:
    spi = Spi(0)
    spi.enter(0)
    assert spi.ask(0, number, PIECE * CHAIN + 1) == Err.SIZE
    assert spi.upcalls(0) == []
    assert spi.ask(0, number, PIECE * CHAIN) is None


@pytest.mark.parametrize(
    "number", [TRANSFER, READ, IN_PLACE, SET_RATE, SET_PHASE, SET_POLARITY]
)
def test_while_its_own_is_under_way_a_process_changes_nothing(number: int) -> None:
    spi = Spi(0)
    spi.ask(0, READ, 9)
    assert spi.command(0, number, 1) == Err.BUSY
    spi.drain()
    assert spi.upcalls(0) == [(0, 9, 0, 0)]
    assert spi.command(0, GET_RATE) == RATE


def test_requests_end_in_turn_and_nobody_goes_on_under_anothers_select() -> None:
    spi = Spi(0, 1, 2)
    for slot in (0, 1, 2):
        spi.ask(slot, TRANSFER, 2 * PIECE, bytes([slot]) * 2 * PIECE)
    spi.drain()
    assert [chain.sent for chain in spi.chains] == [bytes([n]) * 16 for n in range(3)]


def test_every_slot_gets_its_turn() -> None:
    spi = Spi(*range(SLOTS))
    for slot in reversed(range(SLOTS)):
        spi.ask(slot, TRANSFER, 1, bytes([slot]))
    spi.drain()
    order = [chain.sent[0] for chain in spi.chains]
    assert order == [SLOTS - 1, *range(SLOTS - 1)]


# -- settings ---------------------------------------------------------------------------


def test_the_settings_begin_as_the_board_has_them() -> None:
    spi = Spi(0)
    assert spi.command(0, GET_RATE) == RATE
    assert spi.command(0, GET_PHASE) == MODE & 1
    assert spi.command(0, GET_POLARITY) == MODE >> 1
    spi.ask(0, READ, 1)
    assert spi.chains == [Selected(RATE, MODE)]


@pytest.mark.parametrize("phase", [0, 1])
@pytest.mark.parametrize("polarity", [0, 1])
def test_what_is_set_is_told_and_goes_out(phase: int, polarity: int) -> None:
    """Scenario 35: the rate that was set is the rate that is told."""
    spi = Spi(0)
    for number in (SET_PHASE, SET_POLARITY):
        spi.command(0, number, 0)
        spi.command(0, number, 1)
    assert spi.command(0, SET_RATE, 1_000_000) is None
    assert spi.command(0, SET_PHASE, phase) is None
    assert spi.command(0, SET_POLARITY, polarity) is None
    assert spi.command(0, GET_RATE) == 1_000_000
    assert spi.command(0, GET_PHASE) == phase
    assert spi.command(0, GET_POLARITY) == polarity
    spi.ask(0, READ, 1)
    assert spi.chains == [Selected(1_000_000, 2 * polarity + phase)]


def test_settings_are_each_processs_own() -> None:
    spi = Spi(0, 1)
    spi.command(0, SET_RATE, 1000)
    spi.command(0, SET_PHASE, 1)
    assert spi.command(1, GET_RATE) == RATE
    assert spi.command(1, GET_PHASE) == MODE & 1
    for slot in (0, 1, 0):
        spi.ask(slot, READ, 20)
        spi.ask(1 - slot, READ, 1)
        spi.drain()
        spi.upcalls(0), spi.upcalls(1)
    slow, plain = (1000, MODE | 1), (RATE, MODE)
    seen = [(chain.rate, chain.mode) for chain in spi.chains]
    assert seen == [slow, plain, plain, slow, slow, plain]


def test_settings_end_with_the_life_that_made_them() -> None:
    spi = Spi(0)
    spi.command(0, SET_RATE, 1000)
    spi.command(0, SET_POLARITY, 0)
    spi.end(0)
    spi.start(0)
    spi.ask(0, READ, 1)
    assert spi.chains == [Selected(RATE, MODE)]


@pytest.mark.parametrize("rate", [0, 1, SLOWEST - 1, RATE + 1, 0xFFFFFFFF])
def test_a_rate_beyond_the_boards_is_refused(rate: int) -> None:
    """Above, the device may not follow; below, a chain has the bus of others for too long."""
    spi = Spi(0)
    assert spi.command(0, SET_RATE, rate) == Err.INVAL
    assert spi.command(0, GET_RATE) == RATE
    assert spi.command(0, SET_RATE, RATE) is None
    assert spi.command(0, SET_RATE, SLOWEST) is None


@pytest.mark.parametrize("number", [SET_PHASE, SET_POLARITY])
@pytest.mark.parametrize("value", [2, 0xFFFFFFFF])
def test_phase_and_polarity_are_bits(number: int, value: int) -> None:
    spi = Spi(0)
    assert spi.command(0, number, value) == Err.INVAL
    assert spi.command(0, GET_PHASE) == MODE & 1
    assert spi.command(0, GET_POLARITY) == MODE >> 1


@pytest.mark.parametrize("number", [1, 3, 4, 13, 0xFFFFFFFF])
def test_choosing_a_device_and_unknown_commands_are_not_supported(number: int) -> None:
    assert Spi(0).command(0, number) == Err.NOSUPPORT


# -- what goes wrong --------------------------------------------------------------------


@pytest.mark.parametrize("number", MOVING)
@pytest.mark.parametrize("room", [0, 3, PIECE, PIECE + 1])
def test_a_buffer_that_shrinks_ends_the_request_there(number: int, room: int) -> None:
    spi = Spi(0, 1)
    spi.ask(0, number, 3 * PIECE)
    spi.ask(1, TRANSFER, 2, b"ok")
    spi.allow_ro(0, OUT, b"x" * room)
    spi.allow_rw(0, IN, room)
    spi.drain()
    ((upcall, moved, status, _),) = spi.upcalls(0)
    # In place and out: a piece that is not there whole is not sent.
    assert (upcall, moved, status) == (
        0,
        room if number == READ else min(room, PIECE),
        Err.SIZE,
    )
    assert spi.upcalls(1) == [(0, 2, 0, 0)]
    assert spi.chains[1].sent == b"ok"


@pytest.mark.parametrize("number", MOVING)
def test_one_that_ends_in_the_middle_lets_the_next_on_under_a_select_of_its_own(
    number: int,
) -> None:
    spi = Spi(0, 1)
    spi.ask(0, number, 4 * PIECE, b"s" * 4 * PIECE)
    spi.ask(1, TRANSFER, 2, b"ok")
    spi.finish()
    spi.end(0)
    spi.drain()
    assert spi.upcalls(1) == [(0, 2, 0, 0)]
    assert [chain.pieces for chain in spi.chains] == [2, 1]
    assert spi.chains[1].sent == b"ok"
    assert spi.memory(1, IN) == plus_one(b"ok")


def test_who_ends_while_waiting_is_forgotten() -> None:
    spi = Spi(0, 1, 2)
    for slot in range(3):
        spi.ask(slot, READ, 1)
    spi.end(1)
    spi.start(1)
    spi.enter(1)
    spi.drain()
    assert spi.upcalls(1) == []
    assert spi.upcalls(2) == [(0, 1, 0, 0)]
    assert len(spi.chains) == 2


def test_another_life_gets_nothing_of_what_the_last_one_asked_for() -> None:
    spi = Spi(0)
    spi.ask(0, READ, 20)
    spi.end(0)
    spi.start(0)
    spi.enter(0)
    spi.allow_rw(0, IN, 20)
    spi.drain()
    assert spi.upcalls(0) == []
    assert spi.memory(0, IN) == bytes(20)
    assert spi.ask(0, READ, 1) is None


@pytest.mark.parametrize("number", MOVING)
def test_a_refusal_is_the_commands_result_and_the_next_one_works(number: int) -> None:
    spi = Spi(0, 1)
    spi.refusals = [Err.OFF]
    spi.enter(0)
    assert spi.ask(0, number, 20, b"s" * 20) == Err.OFF
    assert spi.upcalls(0) == []
    assert spi.ask(0, READ, 1) is None
    assert spi.ask(1, READ, 1) is None
    spi.drain()
    assert spi.upcalls(0) == spi.upcalls(1) == [(0, 1, 0, 0)]


def test_a_refusal_in_its_turn_is_told_and_the_others_go_on() -> None:
    spi = Spi(0, 1, 2)
    for slot in range(3):
        spi.ask(slot, READ, 1)
    spi.refusals = [Err.INVAL]
    spi.drain()
    assert spi.upcalls(1) == [(0, 0, Err.INVAL, 0)]
    assert spi.upcalls(0) == spi.upcalls(2) == [(0, 1, 0, 0)]


def test_a_refusal_in_the_middle_of_a_chain_is_told_and_the_others_go_on() -> None:
    spi = Spi(0, 1)
    spi.ask(0, TRANSFER, 20, b"s" * 20)
    spi.ask(1, TRANSFER, 2, b"ok")
    spi.refusals = [Err.OFF]
    spi.drain()
    assert spi.upcalls(0) == [(0, PIECE, Err.OFF, 0)]
    assert spi.upcalls(1) == [(0, 2, 0, 0)]
    assert [chain.sent for chain in spi.chains] == [b"s" * PIECE, b"ok"]


@pytest.mark.parametrize("number", MOVING)
def test_a_failure_is_told_with_what_had_moved(number: int) -> None:
    spi = Spi(0, 1)
    spi.ask(0, number, 20, bytes(range(20)))
    spi.ask(1, READ, 1)
    spi.finish()
    spi.finish(Err.FAIL, 2)
    spi.drain()
    assert spi.upcalls(0) == [(0, PIECE + 2, Err.FAIL, 0)]
    assert spi.upcalls(1) == [(0, 1, 0, 0)]
    if number != READ:
        assert spi.memory(0, IN) == plus_one(bytes(range(PIECE + 2))) + (
            bytes(range(PIECE + 2, 20)) if number == IN_PLACE else bytes(10)
        )


@pytest.mark.parametrize("number", [*MOVING, SET_RATE, GET_RATE])
def test_a_process_without_memory_for_a_grant_is_told(number: int) -> None:
    spi = Spi(0)
    spi.process(0).out_of_memory = True
    assert spi.command(0, number, 1) == Err.NOMEM
