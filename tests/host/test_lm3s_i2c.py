# SPDX-License-Identifier: MIT OR Apache-2.0
"""The LM3S's I2C driver over simulated registers, slow as the bus and instant as in QEMU.

`at` is a moment: the number of the access before which a command under way ends.
"""

from __future__ import annotations

import pytest
from tests.host.fakes.fake_lm3s_i2c import (
    ABSENT,
    ADDRESS,
    ALREADY,
    ARBITRATION,
    BUSY,
    CANCEL,
    CANCELLED,
    DATA,
    FAIL,
    INVAL,
    NOACK,
    NONE,
    OK,
    SIZE,
    STUCK,
    TOO_LATE,
    Lm3sI2c,
)

NEVER, ALWAYS = -1, -2
MOMENTS = [NEVER, ALWAYS, *range(40)]
SHAPES = [(1, 0), (3, 0), (0, 1), (0, 3), (1, 1), (1, 2), (2, 3)]

each_speed = pytest.mark.parametrize("instant", [False, True], ids=["bus", "emulator"])
each_moment = pytest.mark.parametrize("at", MOMENTS)
each_shape = pytest.mark.parametrize(("tx", "rx"), SHAPES)


def bus_at(at: int, *, instant: bool = False) -> Lm3sI2c:
    bus = Lm3sI2c(instant=instant)
    start = bus.hardware.accesses

    def between(number: int) -> None:
        if at in (ALWAYS, number - start):
            bus.hardware.step()

    bus.hardware.between = between
    return bus


def line(tx: int, rx: int, *, repeated: bool = True) -> list[str]:
    """What a transfer of 1, 2, 3... looks like when all is well."""
    seen = ["S90", *(f"{1 + n:02x}a" for n in range(tx))] if tx else []
    if tx and rx and not repeated:
        seen.append("P")
    if rx:
        seen += ["S91", *(f"{0xA0 + n:02x}{'a' if n + 1 < rx else 'n'}" for n in range(rx))]
    return [*seen, "P"]


def writes(count: int) -> bytes:
    return bytes(range(1, count + 1))


@each_speed
@each_moment
@each_shape
def test_a_transfer_writes_then_reads_and_completes_once(
    tx: int, rx: int, at: int, instant: bool
) -> None:
    bus = bus_at(at, instant=instant)
    op = bus.op(writes(tx), rx)
    assert bus.transfer(op) == OK
    bus.run()
    assert bus.done == [(op, OK, NONE, tx + rx)]
    assert bus.hardware.line == line(tx, rx, repeated=not instant)
    assert list(op.rx[0:rx]) == [0xA0 + n for n in range(rx)]


def test_without_a_repeated_start_a_stop_comes_between() -> None:
    bus = Lm3sI2c()
    bus.i2c.repeated_start = False
    assert bus.transfer(bus.op(b"\1", 2)) == OK
    bus.run()
    assert bus.hardware.line == ["S90", "01a", "P", "S91", "a0a", "a1n", "P"]


@each_speed
@each_moment
@each_shape
def test_a_device_that_is_not_there_is_told_and_the_next_is_served(
    tx: int, rx: int, at: int, instant: bool
) -> None:
    bus = bus_at(at, instant=instant)
    op, after = bus.op(writes(tx), rx, address=ABSENT), bus.op(b"\1")
    assert bus.transfer(op) == OK
    bus.run()
    assert bus.done == [(op, NOACK, ADDRESS, 0)]
    assert bus.transfer(after) == OK
    bus.run()
    assert bus.done[1:] == [(after, OK, NONE, 1)]
    assert bus.hardware.line[-3:] == line(1, 0)


@each_speed
@each_moment
def test_the_next_can_be_started_in_the_completion(at: int, instant: bool) -> None:
    bus = bus_at(at, instant=instant)
    rest = [bus.op(b"\1", 1), bus.op(b"\1", address=ABSENT), bus.op(b"\1")]
    bus.then = lambda op: bool(rest) and bus.transfer(rest.pop()) == OK
    assert bus.transfer(bus.op(b"\1", address=ABSENT)) == OK
    bus.run()
    assert [each[1] for each in bus.done] == [NOACK, OK, NOACK, OK]


@each_moment
@pytest.mark.parametrize("taken", range(3))
def test_a_byte_that_is_not_taken_ends_the_transfer_with_a_stop(taken: int, at: int) -> None:
    bus = bus_at(at)
    bus.hardware.refuses_after = taken
    op = bus.op(writes(3), 2)
    assert bus.transfer(op) == OK
    bus.run()
    assert bus.done == [(op, NOACK, DATA, taken)]
    assert bus.hardware.line[-2:] == [f"{taken + 1:02x}n", "P"]


@each_moment
def test_lost_arbitration_leaves_the_bus_to_the_other(at: int) -> None:
    bus = bus_at(at)
    bus.hardware.lost = True
    op = bus.op(writes(2))
    assert bus.transfer(op) == OK
    bus.run()
    assert bus.done == [(op, FAIL, ARBITRATION, 0)]
    assert bus.hardware.line == []


def test_a_stop_that_never_comes_through_is_not_waited_for_for_ever() -> None:
    bus = Lm3sI2c()
    op = bus.op(writes(1), address=ABSENT)
    assert bus.transfer(op) == OK
    bus.hardware.step()
    bus.call("interrupt", bus.i2c)
    bus.hardware.stuck = True
    bus.run()
    assert bus.done == [(op, FAIL, STUCK, 0)]
    assert bus.transfer(bus.op(b"x")) == FAIL
    bus.hardware.stuck = False
    bus.run()
    assert bus.transfer(bus.op(b"x")) == OK


@each_speed
def test_what_is_refused_lends_nothing(instant: bool) -> None:
    bus = Lm3sI2c(instant=instant)
    nobody, long, first = bus.op(b"x"), bus.op(b"x", 1), bus.op(b"x")
    nobody.client = bus.lib.ffi.NULL
    long.rx_len = 0xFFFF
    assert bus.transfer(bus.op(b"")) == SIZE
    assert bus.transfer(nobody) == INVAL
    assert bus.transfer(long) == INVAL
    assert bus.hardware.line == []
    assert bus.transfer(first) == OK
    assert bus.transfer(bus.op(b"y")) == BUSY
    bus.run()
    assert bus.done == [(first, OK, NONE, 1)]


@each_speed
@each_moment
@each_shape
@pytest.mark.parametrize("rounds", range(5))
def test_a_cancel_ends_with_what_it_said_and_after_the_stop(
    rounds: int, tx: int, rx: int, at: int, instant: bool
) -> None:
    bus = bus_at(at, instant=instant)
    op = bus.op(writes(tx), rx)
    assert bus.transfer(op) == OK
    for _ in range(rounds):
        bus.hardware.step()
        bus.serve()
    if bus.done:
        assert bus.cancel(op) == (ALREADY, 7)
        return
    err, outcome = bus.cancel(op)
    assert err == OK
    assert bus.cancel(op) == (OK, TOO_LATE), "once is enough"
    bus.run()
    ((_, result, _, done_len),) = bus.done
    assert result == (CANCEL if outcome == CANCELLED else OK)
    assert outcome == TOO_LATE or done_len <= rounds + 2, "it went on"
    assert bus.hardware.line[-1] == "P"
    after = bus.op(b"\1")
    assert bus.transfer(after) == OK
    bus.run()
    assert bus.done[1:] == [(after, OK, NONE, 1)]


@each_speed
def test_a_cancel_while_nobody_answers_keeps_its_word(instant: bool) -> None:
    bus = Lm3sI2c(instant=instant)
    op = bus.op(writes(2), address=ABSENT)
    assert bus.transfer(op) == OK
    assert bus.cancel(op) == (OK, CANCELLED)
    bus.run()
    assert [each[1] for each in bus.done] == [CANCEL]


@each_speed
def test_the_last_byte_is_too_late_to_cancel(instant: bool) -> None:
    bus = Lm3sI2c(instant=instant)
    op = bus.op(b"x")
    assert bus.transfer(op) == OK
    assert bus.cancel(op) == (OK, TOO_LATE)
    bus.run()
    assert bus.done == [(op, OK, NONE, 1)]


def test_what_is_not_lent_cannot_be_cancelled() -> None:
    bus = Lm3sI2c()
    assert bus.cancel(bus.op(b"x")) == (ALREADY, 7)
    assert bus.cancel(bus.lib.ffi.NULL) == (ALREADY, 7)


@each_speed
def test_a_stale_interrupt_does_nothing(instant: bool) -> None:
    bus = Lm3sI2c(instant=instant)
    bus.call("interrupt", bus.i2c)
    bus.hardware.raw = 1
    bus.call("interrupt", bus.i2c)
    assert bus.transfer(bus.op(b"x")) == OK
    bus.run()
    bus.call("interrupt", bus.i2c)
    assert len(bus.done) == 1


def test_an_interrupt_left_over_is_not_taken_for_the_next_transfers() -> None:
    bus = Lm3sI2c(instant=True)
    bus.hardware.raw = 1
    assert bus.transfer(bus.op(b"x", address=ABSENT)) == OK
    bus.run()
    assert [each[1:3] for each in bus.done] == [(NOACK, ADDRESS)]


def test_init_sets_the_rate_and_lets_the_interrupt_through() -> None:
    hardware = Lm3sI2c().hardware
    assert (hardware.period, hardware.mask, hardware.config) == (6, 1, 0x10)
