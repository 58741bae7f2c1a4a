# SPDX-License-Identifier: MIT OR Apache-2.0
"""The CMSDK UART driver, with the hardware going on between any two register accesses.

`at` is a moment: the number of the access before which a byte drains and a key arrives.
Numbers in comments: reference bugs of the field.
"""

from __future__ import annotations

import pytest
from tests.host.fakes.fake_cmsdk_uart import (
    CANCEL,
    DIVISOR,
    INPUT_HZ,
    OK,
    RX_INTERRUPT,
    TX_INTERRUPT,
    CmsdkUart,
)

BUSY, ALREADY, INVAL, SIZE = 2, 3, 6, 7
CANCELLED, TOO_LATE = 0, 1
NEVER, ALWAYS = -1, -2
MOMENTS = [NEVER, ALWAYS, *range(60)]


def uart_at(at: int) -> CmsdkUart:
    uart = CmsdkUart()
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
def test_a_transmission_goes_out_in_order_and_completes_once(at: int, text: bytes) -> None:
    uart = uart_at(at)
    assert uart.transmit(uart.transmission(text)) == OK
    uart.run()
    assert uart.hardware.line == text
    assert uart.sent == [(OK, len(text))]


@pytest.mark.parametrize("at", MOMENTS)
def test_the_next_transmission_can_start_in_the_callback(at: int) -> None:
    uart = uart_at(at)
    uart.next_transmission = uart.transmission(b"two")
    assert uart.transmit(uart.transmission(b"one")) == OK
    uart.run()
    assert uart.hardware.line == b"onetwo"
    assert uart.sent == [(OK, 3), (OK, 3)]


def test_the_last_byte_has_left_the_buffer_when_it_completes() -> None:
    uart = CmsdkUart()
    uart.transmit(uart.transmission(b"ab"))
    uart.hardware.drain()
    uart.serve()
    assert uart.sent == []
    uart.hardware.status |= 1  # an interrupt of something earlier
    uart.serve()
    assert uart.sent == []
    uart.run()
    assert uart.sent == [(OK, 2)]


def test_what_transmit_refuses() -> None:
    uart = CmsdkUart()
    assert uart.transmit(uart.transmission(b"")) == SIZE
    op = uart.transmission(b"ab")
    assert uart.transmit(op) == OK
    assert uart.transmit(uart.transmission(b"c")) == BUSY
    uart.run()
    assert uart.hardware.line == b"ab"
    assert uart.sent == [(OK, 2)]


@pytest.mark.parametrize("at", MOMENTS)
def test_a_cancelled_transmission_stops_and_completes_later(at: int) -> None:
    uart = uart_at(at)
    op = uart.transmission(b"hello")
    uart.transmit(op)
    assert uart.cancel(op) == (OK, CANCELLED)
    assert uart.cancel(op) == (OK, TOO_LATE)
    assert uart.transmit(uart.transmission(b"x")) == BUSY
    uart.next_transmission = uart.transmission(b"next")
    uart.run()
    assert uart.sent == [(CANCEL, 1), (OK, 4)]
    assert uart.hardware.line == b"hnext"
    assert uart.cancel(op)[0] == ALREADY


def test_cancelling_after_the_last_byte_is_too_late() -> None:
    uart = CmsdkUart()
    op = uart.transmission(b"x")
    uart.transmit(op)
    assert uart.cancel(op) == (OK, TOO_LATE)
    uart.run()
    assert uart.sent == [(OK, 1)]


def test_cancelling_something_else_is_already() -> None:
    uart = CmsdkUart()
    op = uart.transmission(b"x")
    assert uart.cancel(op) == (ALREADY, 7)
    assert uart.cancel(uart.reception(1)) == (ALREADY, 7)
    uart.transmit(uart.transmission(b"y"))
    uart.receive(uart.reception(1))
    assert uart.cancel(op) == (ALREADY, 7)
    assert uart.cancel(uart.reception(1)) == (ALREADY, 7)


def test_an_interrupt_without_status_changes_nothing() -> None:  # bug 28
    uart = CmsdkUart()
    uart.transmit(uart.transmission(b"ab"))
    uart.receive(uart.reception(2))
    before = uart.hardware.accesses
    uart.call("tx_interrupt", uart.uart)
    uart.call("rx_interrupt", uart.uart)
    assert uart.hardware.accesses == before + 2, "it looked at the status, no further"
    assert (uart.sent, uart.received) == ([], [])


def test_an_interrupt_without_work_is_only_cleared() -> None:
    uart = CmsdkUart()
    uart.hardware.status = 3
    uart.hardware.held = ord("x")
    uart.call("tx_interrupt", uart.uart)
    uart.call("rx_interrupt", uart.uart)
    assert uart.hardware.status == 0
    assert uart.hardware.held == ord("x")


# -- polled -------------------------------------------------------------------------------


def waiting_uart(at: int) -> CmsdkUart:
    """As uart_at; a full buffer also drains at the fourth look at it."""
    uart = uart_at(at)
    moment = uart.hardware.between
    waited = 0

    def between(number: int) -> None:
        nonlocal waited
        moment(number)
        waited = waited + 1 if uart.hardware.out is not None else 0
        if waited == 4:
            uart.hardware.drain()
            waited = 0

    uart.hardware.between = between
    return uart


@pytest.mark.parametrize("at", MOMENTS)
def test_polled_text_goes_beside_a_transmission_that_then_goes_on(at: int) -> None:
    uart = waiting_uart(at)
    uart.transmit(uart.transmission(b"abc"))
    uart.hardware.drain()
    uart.serve()
    uart.write_polled(b"REPORT")
    uart.run()
    assert uart.hardware.line == b"abREPORTc"
    assert uart.sent == [(OK, 3)]


@pytest.mark.parametrize("at", MOMENTS)
def test_a_transmission_begins_behind_polled_text(at: int) -> None:
    uart = waiting_uart(at)
    uart.write_polled(b"REPORT")
    uart.transmit(uart.transmission(b"a"))
    uart.run()
    assert uart.hardware.line == b"REPORTa"
    assert uart.sent == [(OK, 1)]


def test_polled_text_works_before_init() -> None:
    uart = CmsdkUart(init=False)
    uart.hardware.between = lambda number: uart.hardware.drain()
    uart.write_polled(b"early")
    uart.hardware.drain()
    assert uart.hardware.line == b"early"
    assert uart.hardware.divisor == DIVISOR


def test_polled_text_keeps_the_interrupts_as_they_were() -> None:
    uart = CmsdkUart()
    uart.hardware.between = lambda number: uart.hardware.drain()
    uart.receive(uart.reception(1))
    before = uart.hardware.ctrl
    uart.write_polled(b"x")
    assert uart.hardware.ctrl == before


# -- receive ------------------------------------------------------------------------------


@pytest.mark.parametrize("at", MOMENTS)
@pytest.mark.parametrize("keys", [b"k", b"keys"])
def test_a_reception_takes_each_byte_once_in_order(at: int, keys: bytes) -> None:
    uart = uart_at(at)
    uart.hardware.keys = keys
    assert uart.receive(uart.reception(len(keys))) == OK
    uart.run()
    assert uart.received == [(OK, keys)]
    assert not uart.hardware.ctrl & RX_INTERRUPT


@pytest.mark.parametrize("at", MOMENTS)
def test_bytes_beyond_the_reception_wait_for_the_next_one(at: int) -> None:
    uart = uart_at(at)
    uart.hardware.keys = b"onetwo"
    uart.next_reception = uart.reception(3)
    uart.receive(uart.reception(3))
    uart.run()
    assert uart.received == [(OK, b"one"), (OK, b"two")]


@pytest.mark.parametrize("length", [1, 3])
def test_a_byte_that_waited_is_given_without_an_edge(length: int) -> None:  # bug 26
    uart = CmsdkUart()
    uart.hardware.keys = b"abc"
    uart.hardware.arrive()
    uart.receive(uart.reception(length))
    assert uart.received == [], "not inside the call"
    uart.run()
    assert uart.received == [(OK, b"abc"[:length])]


def test_without_a_reader_input_interrupts_nobody() -> None:
    uart = CmsdkUart()
    uart.hardware.keys = b"noise"
    uart.run()
    assert uart.interrupts == 0
    uart.receive(uart.reception(2))
    uart.run()
    interrupts = uart.interrupts
    uart.hardware.keys = b"more noise"
    uart.run()
    assert uart.interrupts == interrupts


def test_what_receive_refuses() -> None:
    uart = CmsdkUart()
    assert uart.receive(uart.reception(0)) == SIZE
    op = uart.reception(2)
    assert uart.receive(op) == OK
    assert uart.receive(uart.reception(1)) == BUSY
    uart.cancel(op)
    assert uart.receive(uart.reception(1)) == BUSY
    uart.run()
    assert uart.received == [(CANCEL, b"")]
    assert uart.receive(uart.reception(1)) == OK


@pytest.mark.parametrize("at", MOMENTS)
def test_a_cancelled_reader_gets_its_bytes_and_the_next_one_none_of_them(at: int) -> None:
    uart = uart_at(at)
    uart.hardware.keys = b"pw"
    op = uart.reception(4)
    uart.receive(op)
    uart.hardware.arrive()
    uart.serve()
    uart.hardware.arrive()  # its interrupt has not been served
    assert uart.cancel(op) == (OK, CANCELLED)
    assert uart.cancel(op) == (OK, TOO_LATE)
    assert not uart.hardware.ctrl & RX_INTERRUPT
    uart.next_reception = uart.reception(2)
    uart.run()
    assert uart.received == [(CANCEL, b"pw")]
    uart.hardware.keys = b"ok"
    uart.run()
    assert uart.received[1:] == [(OK, b"ok")]


def test_a_cancel_that_finds_the_last_byte_is_too_late() -> None:
    uart = CmsdkUart()
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
def test_the_end_of_a_reception_does_not_disturb_a_transmission(at: int) -> None:  # bug 25
    uart = uart_at(at)
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
    assert uart.hardware.ctrl & TX_INTERRUPT


def test_two_cancelled_ones_complete_once_each() -> None:  # bug 27
    uart = CmsdkUart()
    out, into = uart.transmission(b"ab"), uart.reception(2)
    uart.transmit(out)
    uart.receive(into)
    uart.cancel(out)
    uart.cancel(into)
    uart.hardware.drain()
    uart.run()
    uart.run()
    assert uart.sent == [(CANCEL, 1)]
    assert uart.received == [(CANCEL, b"")]


@pytest.mark.parametrize(
    ("baud", "result"),
    [
        (115200, OK),
        (INPUT_HZ // 16, OK),
        (INPUT_HZ // 16 + 1, INVAL),
        (24, OK),
        (23, INVAL),
        (0, INVAL),
        (0xFFFFFFFF, INVAL),
    ],
)
def test_the_rate_is_the_nearest_in_range(baud: int, result: int) -> None:
    uart = CmsdkUart()
    assert uart.configure(baud) == result
    nearest = (2 * INPUT_HZ + baud) // (2 * baud) if result == OK else DIVISOR
    assert uart.hardware.divisor == nearest


def test_the_rate_stays_while_a_byte_is_on_the_line() -> None:
    uart = CmsdkUart()
    uart.transmit(uart.transmission(b"ab"))
    assert uart.configure(9600) == BUSY
    uart.hardware.drain()
    assert uart.configure(9600) == BUSY
    uart.run()
    uart.write_polled(b"x")
    assert uart.configure(9600) == BUSY
    uart.hardware.drain()
    assert uart.configure(9600) == OK
