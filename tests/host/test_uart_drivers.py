# SPDX-License-Identifier: MIT OR Apache-2.0
"""Every UART driver, with the hardware going on between any two register accesses.

`at` is a moment: the number of the access before which a byte drains and a key arrives.
What only one kind of hardware can show is in that driver's own file. Numbers in comments:
reference bugs of the field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.host.fakes.fake_cmsdk_uart import CmsdkUart
from tests.host.fakes.fake_pl011 import Pl011
from tests.host.fakes.uart_driver import (
    ALREADY,
    ALWAYS,
    BUSY,
    CANCEL,
    CANCELLED,
    INVAL,
    MOMENTS,
    OK,
    SIZE,
    TOO_LATE,
)

if TYPE_CHECKING:
    from tests.host.fakes.uart_driver import UartDriver

    Kind = type[UartDriver]

LONG = b"a text longer than any buffer of the hardware"

pytestmark = pytest.mark.parametrize("kind", [CmsdkUart, Pl011], ids=lambda kind: kind.name)


def uart_at(kind: Kind, at: int) -> UartDriver:
    uart = kind()
    start = uart.hardware.accesses

    def between(number: int) -> None:
        if at in (ALWAYS, number - start):
            uart.hardware.drain()
            uart.hardware.arrive()

    uart.hardware.between = between
    return uart


# -- transmit -----------------------------------------------------------------------------


@pytest.mark.parametrize("at", MOMENTS)
@pytest.mark.parametrize("text", [b"x", b"hello"])
def test_a_transmission_goes_out_in_order_and_completes_once(
    kind: Kind, at: int, text: bytes
) -> None:
    uart = uart_at(kind, at)
    assert uart.transmit(uart.transmission(text)) == OK
    uart.run()
    assert uart.hardware.line == text
    assert uart.sent == [(OK, len(text))]


@pytest.mark.parametrize("at", MOMENTS)
def test_the_next_transmission_can_start_in_the_callback(kind: Kind, at: int) -> None:
    uart = uart_at(kind, at)
    uart.next_transmission = uart.transmission(b"two")
    assert uart.transmit(uart.transmission(b"one")) == OK
    uart.run()
    assert uart.hardware.line == b"onetwo"
    assert uart.sent == [(OK, 3), (OK, 3)]


def test_what_transmit_refuses(kind: Kind) -> None:
    uart = kind()
    assert uart.transmit(uart.transmission(b"")) == SIZE
    op = uart.transmission(b"ab")
    op.client = uart.lib.ffi.NULL
    assert uart.transmit(op) == INVAL
    op.client = uart.transmit_client
    assert uart.transmit(op) == OK
    assert uart.transmit(uart.transmission(b"c")) == BUSY
    uart.run()
    assert uart.hardware.line == b"ab"
    assert uart.sent == [(OK, 2)]


@pytest.mark.parametrize("at", MOMENTS)
def test_a_cancelled_transmission_stops_and_completes_later(kind: Kind, at: int) -> None:
    uart = uart_at(kind, at)
    op = uart.transmission(LONG)
    uart.transmit(op)
    assert uart.cancel(op) == (OK, CANCELLED)
    assert uart.cancel(op) == (OK, TOO_LATE)
    assert uart.transmit(uart.transmission(b"x")) == BUSY
    uart.next_transmission = uart.transmission(b"next")
    uart.run()
    (first, sent), following = uart.sent
    assert (first, following) == (CANCEL, (OK, 4))
    assert uart.hardware.line == LONG[:sent] + b"next"
    assert uart.cancel(op)[0] == ALREADY


def test_cancelling_after_the_last_byte_is_too_late(kind: Kind) -> None:
    uart = kind()
    op = uart.transmission(b"x")
    uart.transmit(op)
    assert uart.cancel(op) == (OK, TOO_LATE)
    uart.run()
    assert uart.sent == [(OK, 1)]


def test_cancelling_something_else_is_already(kind: Kind) -> None:
    uart = kind()
    op = uart.transmission(b"x")
    assert uart.cancel(op) == (ALREADY, 7)
    assert uart.cancel(uart.reception(1)) == (ALREADY, 7)
    uart.transmit(uart.transmission(b"y"))
    uart.receive(uart.reception(1))
    assert uart.cancel(op) == (ALREADY, 7)
    assert uart.cancel(uart.reception(1)) == (ALREADY, 7)


# -- polled -------------------------------------------------------------------------------


def waiting_uart(kind: Kind, at: int) -> UartDriver:
    """As uart_at; a full buffer also drains at the fourth look at it."""
    uart = uart_at(kind, at)
    moment = uart.hardware.between
    waited = 0

    def between(number: int) -> None:
        nonlocal waited
        moment(number)
        waited = waited + 1 if uart.hardware.sending() else 0
        if waited == 4:
            uart.hardware.drain()
            waited = 0

    uart.hardware.between = between
    return uart


@pytest.mark.parametrize("at", MOMENTS)
def test_polled_text_goes_beside_a_transmission_that_then_goes_on(kind: Kind, at: int) -> None:
    uart = waiting_uart(kind, at)
    uart.transmit(uart.transmission(LONG))
    uart.hardware.drain()
    uart.serve()
    uart.write_polled(b"REPORT")
    uart.run()
    before, _report, after = uart.hardware.line.partition(b"REPORT")
    assert before
    assert before + after == LONG
    assert uart.sent == [(OK, len(LONG))]


@pytest.mark.parametrize("at", MOMENTS)
def test_a_transmission_begins_behind_polled_text(kind: Kind, at: int) -> None:
    uart = waiting_uart(kind, at)
    uart.write_polled(b"REPORT")
    uart.transmit(uart.transmission(b"a"))
    uart.run()
    assert uart.hardware.line == b"REPORTa"
    assert uart.sent == [(OK, 1)]


def test_polled_text_works_before_init(kind: Kind) -> None:
    uart = kind(init=False)
    uart.hardware.between = lambda number: uart.hardware.drain()
    uart.write_polled(b"early")
    uart.hardware.drain()
    assert uart.hardware.line == b"early"
    assert uart.hardware.divisor_now() == uart.divisor


# -- receive ------------------------------------------------------------------------------


@pytest.mark.parametrize("at", MOMENTS)
@pytest.mark.parametrize("keys", [b"k", b"keys"])
def test_a_reception_takes_each_byte_once_in_order(kind: Kind, at: int, keys: bytes) -> None:
    uart = uart_at(kind, at)
    uart.hardware.keys = keys
    assert uart.receive(uart.reception(len(keys))) == OK
    uart.run()
    assert uart.received == [(OK, keys)]
    assert not uart.hardware.listening()


@pytest.mark.parametrize("at", MOMENTS)
def test_bytes_beyond_the_reception_wait_for_the_next_one(kind: Kind, at: int) -> None:
    uart = uart_at(kind, at)
    uart.hardware.keys = b"onetwo"
    uart.next_reception = uart.reception(3)
    uart.receive(uart.reception(3))
    uart.run()
    assert uart.received == [(OK, b"one"), (OK, b"two")]


@pytest.mark.parametrize("length", [1, 3])
def test_a_byte_that_waited_is_given_without_an_edge(kind: Kind, length: int) -> None:  # bug 26
    uart = kind()
    uart.hardware.keys = b"abc"
    uart.hardware.arrive()
    uart.receive(uart.reception(length))
    assert uart.received == [], "not inside the call"
    uart.run()
    assert uart.received == [(OK, b"abc"[:length])]


def test_without_a_reader_input_interrupts_nobody(kind: Kind) -> None:
    uart = kind()
    uart.hardware.keys = b"noise"
    uart.run()
    assert uart.interrupts == 0
    uart.receive(uart.reception(2))
    uart.run()
    interrupts = uart.interrupts
    uart.hardware.keys = b"more noise"
    uart.run()
    assert uart.interrupts == interrupts


def test_what_receive_refuses(kind: Kind) -> None:
    uart = kind()
    assert uart.receive(uart.reception(0)) == SIZE
    op = uart.reception(2)
    op.client = uart.lib.ffi.NULL
    assert uart.receive(op) == INVAL
    op.client = uart.receive_client
    assert uart.receive(op) == OK
    assert uart.receive(uart.reception(1)) == BUSY
    uart.cancel(op)
    assert uart.receive(uart.reception(1)) == BUSY
    uart.run()
    assert uart.received == [(CANCEL, b"")]
    assert uart.receive(uart.reception(1)) == OK


@pytest.mark.parametrize("at", MOMENTS)
def test_a_cancelled_reader_gets_its_bytes_and_the_next_one_none_of_them(
    kind: Kind, at: int
) -> None:
    uart = uart_at(kind, at)
    uart.hardware.keys = b"pw"
    op = uart.reception(4)
    uart.receive(op)
    uart.hardware.arrive()
    uart.serve()
    uart.hardware.arrive()  # its interrupt has not been served
    assert uart.cancel(op) == (OK, CANCELLED)
    assert uart.cancel(op) == (OK, TOO_LATE)
    assert not uart.hardware.listening()
    uart.next_reception = uart.reception(2)
    uart.run()
    assert uart.received == [(CANCEL, b"pw")]
    uart.hardware.keys = b"ok"
    uart.run()
    assert uart.received[1:] == [(OK, b"ok")]


def test_a_cancel_that_finds_the_last_byte_is_too_late(kind: Kind) -> None:
    uart = kind()
    uart.hardware.keys = b"ab"
    op = uart.reception(2)
    uart.receive(op)
    uart.hardware.arrive()
    uart.serve()
    uart.hardware.arrive()
    assert uart.cancel(op) == (OK, TOO_LATE)
    uart.run()
    assert uart.received == [(OK, b"ab")]


# -- both ---------------------------------------------------------------------------------


@pytest.mark.parametrize("at", MOMENTS)
def test_the_end_of_a_reception_does_not_disturb_a_transmission(
    kind: Kind, at: int
) -> None:  # bug 25
    uart = uart_at(kind, at)
    uart.hardware.keys = b"k"
    op = uart.reception(2)
    uart.transmit(uart.transmission(b"a text"))
    uart.receive(op)
    uart.hardware.arrive()
    uart.serve()
    uart.cancel(op)
    uart.run()
    assert uart.hardware.line == b"a text"
    assert uart.sent == [(OK, 6)]
    assert uart.received == [(CANCEL, b"k")]


def test_two_cancelled_ones_complete_once_each(kind: Kind) -> None:  # bug 27
    uart = kind()
    out, into = uart.transmission(LONG), uart.reception(2)
    uart.transmit(out)
    uart.receive(into)
    uart.cancel(out)
    uart.cancel(into)
    uart.hardware.drain()
    uart.run()
    uart.run()
    assert [err for err, _sent in uart.sent] == [CANCEL]
    assert uart.received == [(CANCEL, b"")]


def test_an_end_in_a_callback_does_not_lose_the_other_direction(kind: Kind) -> None:
    uart = kind()
    uart.hardware.keys = b"k"
    uart.next_reception = uart.reception(1)
    uart.next_transmission = uart.transmission(LONG)
    uart.receive(uart.reception(1))
    uart.transmit(uart.transmission(LONG))
    uart.hardware.arrive()
    uart.hardware.arrive()
    uart.run()
    uart.hardware.keys = b"l"
    uart.run()
    assert uart.hardware.line == LONG + LONG
    assert uart.sent == [(OK, len(LONG))] * 2
    assert uart.received == [(OK, b"k"), (OK, b"l")]


@pytest.mark.parametrize("baud", [0, 0xFFFFFFFF])
def test_an_impossible_rate_changes_nothing(kind: Kind, baud: int) -> None:
    uart = kind()
    assert uart.configure(baud) == INVAL
    assert uart.configure(uart.input_hz // 16 + 1) == INVAL
    assert uart.hardware.divisor_now() == uart.divisor


def test_the_rate_stays_while_a_byte_is_on_the_line(kind: Kind) -> None:
    uart = kind()
    uart.transmit(uart.transmission(b"ab"))
    assert uart.configure(9600) == BUSY
    uart.hardware.drain()
    assert uart.configure(9600) == BUSY
    uart.run()
    uart.write_polled(b"x")
    assert uart.configure(9600) == BUSY
    uart.hardware.drain()
    assert uart.configure(9600) == OK
    assert uart.hardware.divisor_now() != uart.divisor
