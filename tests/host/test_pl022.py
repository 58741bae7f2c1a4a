# SPDX-License-Identifier: MIT OR Apache-2.0
"""The PL022 driver over simulated registers.

`at` is a moment: the number of the access before which the hardware goes on by a byte.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.host.fakes.fake_pl022 import (
    ALREADY,
    BUSY,
    CANCEL,
    CANCELLED,
    INPUT_HZ,
    INVAL,
    OK,
    PAUSE,
    RX,
    SIZE,
    TOO_LATE,
    TX,
    Pl022,
)

if TYPE_CHECKING:
    from tests.host.fakes.callbacks import CData

NEVER, ALWAYS = -1, -2
MOMENTS = [NEVER, ALWAYS, *range(50)]
TEXT = b"a text of more than two FIFOs"
LENGTHS = (1, 4, 8, 9, 29)

each_speed = pytest.mark.parametrize("instant", [False, True])


def bus_at(at: int, *, instant: bool = False) -> Pl022:
    bus = Pl022(instant=instant)
    start = bus.hardware.accesses

    def between(number: int) -> None:
        if at in (ALWAYS, number - start):
            bus.hardware.step()

    bus.hardware.between = between
    return bus


def answer(data: bytes) -> bytes:
    return bytes(byte ^ 0xFF for byte in data)


def came(bus: Pl022, op: CData) -> bytes:
    return bytes(bus.lib.ffi.buffer(op.rx, op.done_len))


# -- a transfer ------------------------------------------------------------------------------


@each_speed
@pytest.mark.parametrize("at", MOMENTS)
@pytest.mark.parametrize("length", LENGTHS)
def test_a_transfer_exchanges_all_its_bytes_and_completes_once(
    length: int, at: int, instant: bool
) -> None:
    bus = bus_at(at, instant=instant)
    op = bus.op(TEXT[:length])
    assert bus.transfer(op) == OK
    bus.run()
    assert bus.done == [(op, OK, length)]
    assert came(bus, op) == answer(TEXT[:length])
    assert bus.devices[0].frames == [TEXT[:length]]
    assert bus.idle()


def test_an_interrupt_moves_half_a_fifo_not_a_byte() -> None:
    bus = Pl022()
    assert bus.transfer(bus.op(bytes(800))) == OK
    bus.run()
    assert bus.interrupts <= 800 // 4 + 1


def test_no_call_moves_more_than_a_fifo_holds_however_fast_the_line_is() -> None:
    bus = Pl022(instant=True)
    assert bus.transfer(bus.op(TEXT)) == OK
    assert len(bus.devices[0].frames[0]) == 8
    bus.serve()
    assert len(bus.devices[0].frames[0]) == 16


@pytest.mark.parametrize("at", MOMENTS)
def test_without_buffers_ones_are_sent_and_what_comes_is_dropped(at: int) -> None:
    bus = bus_at(at)
    op = bus.op(10)
    op.rx = bus.lib.ffi.NULL
    assert bus.transfer(op) == OK
    bus.run()
    assert bus.done == [(op, OK, 10)]
    assert bus.devices[0].frames == [b"\xff" * 10]


def test_what_is_refused_lends_nothing() -> None:
    bus = Pl022()
    nobody, fast, strange, crawl = (bus.op(b"x") for _ in range(4))
    nobody.client = bus.lib.ffi.NULL
    assert bus.transfer(bus.op(b"")) == SIZE
    assert bus.transfer(nobody) == INVAL
    for op, rate, mode in (
        (fast, 0, 0),
        (crawl, INPUT_HZ // (254 * 256), 0),
        (strange, 1_000_000, 4),
    ):
        bus.devices[0].edge.rate_hz, bus.devices[0].edge.mode = rate, mode
        assert bus.transfer(op) == INVAL
    bus.run()
    assert bus.done == []
    assert bus.idle()
    assert bus.devices[0].frames == []


@each_speed
def test_one_at_a_time(instant: bool) -> None:
    bus = Pl022(instant=instant)
    first = bus.op(b"abc")
    assert bus.transfer(first) == OK
    assert bus.transfer(bus.op(b"d", device=1)) == BUSY
    bus.run()
    assert bus.done == [(first, OK, 3)]
    assert bus.transfer(bus.op(b"d", device=1)) == OK


# -- rate and mode ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rate", [12_500_000, 6_250_000, 6_249_999, 4_000_000, 400_000, 24_414, 24_413, 193]
)
@pytest.mark.parametrize("mode", range(4))
def test_the_rate_is_the_highest_that_is_not_above(rate: int, mode: int) -> None:
    bus = Pl022()
    bus.devices[0].edge.rate_hz, bus.devices[0].edge.mode = rate, mode
    assert bus.transfer(bus.op(b"x")) == OK
    bus.run()
    prescale, fine = bus.hardware.prescale, 1 + (bus.hardware.format >> 8)
    assert rate * prescale * fine >= INPUT_HZ, "never above"
    assert rate * prescale * (fine - 1) < INPUT_HZ, "the highest"
    smaller = prescale - 2
    assert smaller == 0 or rate * smaller * 256 < INPUT_HZ, "the finest steps there are"


@each_speed
def test_each_device_has_its_own_settings(instant: bool) -> None:
    bus = Pl022(instant=instant)
    for text in (b"hello", TEXT):
        for device in (0, 1):
            assert bus.transfer(bus.op(text, device=device)) == OK
            bus.run()
            assert bus.hardware.setting().mode == bus.devices[device].edge.mode
    assert [each.frames for each in bus.devices] == [[b"hello", TEXT]] * 2


def test_a_device_without_a_select_is_served() -> None:
    bus = Pl022()
    bus.devices[0].edge.chip_select = bus.lib.ffi.NULL
    bus.devices[0].selected = True
    bus.devices[0].frames.append(b"")
    assert bus.transfer(bus.op(b"abc")) == OK
    bus.run()
    assert bus.devices[0].frames == [b"abc"]


# -- chains ----------------------------------------------------------------------------------


@each_speed
@pytest.mark.parametrize("at", MOMENTS)
def test_a_chain_is_one_select_however_many_transfers(at: int, instant: bool) -> None:
    bus = bus_at(at, instant=instant)
    parts = [bus.op(b"one", keep=True), bus.op(b"two", keep=True), bus.op(b"three")]
    rest = parts[1:]
    bus.then = lambda op: bool(rest) and bus.transfer(rest.pop(0)) == OK
    assert bus.transfer(parts[0]) == OK
    bus.run()
    assert [each[1:] for each in bus.done] == [(OK, 3), (OK, 3), (OK, 5)]
    assert bus.devices[0].frames == [b"onetwothree"]
    assert bus.idle()


@each_speed
def test_a_device_is_kept_no_longer_than_its_completion(instant: bool) -> None:
    bus = Pl022(instant=instant)
    seen: list[bool] = []
    bus.then = lambda op: seen.append(bus.devices[0].selected)
    for _ in range(2):
        assert bus.transfer(bus.op(b"one", keep=True)) == OK
        bus.run()
        assert bus.idle()
    assert seen == [True, True]
    assert bus.devices[0].frames == [b"one", b"one"]


@each_speed
def test_another_device_ends_a_chain_first(instant: bool) -> None:
    bus = Pl022(instant=instant)
    other = [bus.op(b"other", device=1)]
    bus.then = lambda op: bool(other) and bus.transfer(other.pop()) == OK
    assert bus.transfer(bus.op(b"one", keep=True)) == OK
    bus.run()
    assert [each.frames for each in bus.devices] == [[b"one"], [b"other"]]
    assert bus.idle()


def test_a_refused_transfer_of_another_device_ends_a_chain_too() -> None:
    bus = Pl022()
    bus.devices[1].edge.rate_hz = 0
    results: list[int] = []
    bus.then = lambda op: results.append(bus.transfer(bus.op(b"other", device=1)))
    assert bus.transfer(bus.op(b"one", keep=True)) == OK
    bus.run()
    assert results == [INVAL]
    assert bus.idle()


# -- cancel ----------------------------------------------------------------------------------


@each_speed
@pytest.mark.parametrize("at", MOMENTS)
@pytest.mark.parametrize("rounds", range(5))
def test_a_cancel_ends_with_what_it_said_and_leaves_no_byte_behind(
    rounds: int, at: int, instant: bool
) -> None:
    bus = bus_at(at, instant=instant)
    op = bus.op(TEXT, keep=True)
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
    kept: list[bool] = []
    bus.then = lambda op: kept.append(bus.devices[0].selected)
    bus.run()
    assert kept == [outcome == TOO_LATE]
    assert len(bus.done) == 1
    _, result, done_len = bus.done[0]
    assert result == (CANCEL if outcome == CANCELLED else OK)
    assert bus.devices[0].frames == [TEXT[:done_len]]
    assert came(bus, op) == answer(TEXT[:done_len])
    assert bus.idle()
    bus.done.clear()
    follower = bus.op(b"follower", device=1)
    assert bus.transfer(follower) == OK
    bus.run()
    assert bus.done == [(follower, OK, 8)]
    assert came(bus, follower) == answer(b"follower")


@each_speed
@pytest.mark.parametrize("length", LENGTHS)
def test_what_is_all_sent_is_too_late_to_cancel(length: int, instant: bool) -> None:
    bus = Pl022(instant=instant)
    op = bus.op(TEXT[:length])
    assert bus.transfer(op) == OK
    err, outcome = bus.cancel(op)
    assert (err, outcome) == (OK, TOO_LATE if length <= 8 else CANCELLED)
    bus.run()
    assert bus.done == [(op, OK if length <= 8 else CANCEL, min(length, 8))]


def test_what_is_not_lent_cannot_be_cancelled() -> None:
    bus = Pl022()
    op = bus.op(b"abc")
    assert bus.cancel(op) == (ALREADY, 7)
    assert bus.cancel(bus.lib.ffi.NULL) == (ALREADY, 7)


# -- interrupts ------------------------------------------------------------------------------


def test_the_interrupt_is_that_of_what_is_left_to_do() -> None:
    bus = Pl022()
    assert bus.transfer(bus.op(b"more than eight")) == OK
    assert bus.hardware.mask == TX
    for _ in range(7):
        bus.hardware.step()
    bus.serve()
    assert bus.hardware.mask == RX | PAUSE
    bus.run()
    assert bus.hardware.mask == 0


def test_a_pause_in_the_middle_is_not_taken_for_the_one_at_the_end() -> None:
    bus = Pl022()
    assert bus.transfer(bus.op(bytes(16))) == OK
    while bus.hardware.step():
        pass
    bus.serve()
    bus.run()
    assert bus.interrupts <= 3


@each_speed
def test_a_stale_interrupt_does_nothing(instant: bool) -> None:
    bus = Pl022(instant=instant)
    bus.call("interrupt", bus.spi)
    op = bus.op(b"x")
    assert bus.transfer(op) == OK
    bus.call("interrupt", bus.spi)
    assert bus.done == []
    bus.run()
    bus.call("interrupt", bus.spi)
    assert bus.done == [(op, OK, 1)]


def test_what_a_boot_loader_left_on_is_off() -> None:
    bus = Pl022()
    bus.hardware.mask, bus.hardware.control, bus.hardware.pause = TX, 2, PAUSE
    bus.call("init", bus.spi)
    assert (bus.hardware.mask, bus.hardware.control, bus.hardware.pause) == (0, 0, 0)
