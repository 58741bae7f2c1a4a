# SPDX-License-Identifier: MIT OR Apache-2.0
"""What is particular to the PL011 driver; the rest is in test_uart_drivers.py."""

from __future__ import annotations

import pytest
from tests.host.fakes.fake_pl011 import RX, TIMEOUT, TX, Pl011
from tests.host.fakes.uart_driver import INVAL, OK

HZ = Pl011.input_hz


class DeepPl011(Pl011):
    """Its FIFO takes all one writes, as an emulator's does."""

    depth = 1000


class EdgePl011(Pl011):
    edge = True


@pytest.mark.parametrize("at", range(-1, 60))
def test_a_long_text_goes_out_whole_if_only_the_fall_interrupts(at: int) -> None:
    uart = EdgePl011()
    first = uart.hardware.accesses

    def between(number: int) -> None:
        if number - first == at:
            uart.hardware.drain()

    uart.hardware.between = between
    text = b"a text of several FIFOs"
    uart.transmit(uart.transmission(text))
    uart.run()
    assert uart.hardware.line == text
    assert uart.sent == [(OK, len(text))]


def test_a_text_below_the_level_needs_no_interrupt() -> None:
    uart = EdgePl011()
    uart.transmit(uart.transmission(b"x"))
    assert uart.sent == [], "not inside the call"
    uart.serve()
    assert uart.sent == [(OK, 1)]
    uart.hardware.drain()
    assert uart.interrupts == 0


def test_a_fifo_that_drained_before_the_interrupt_was_let_through_is_noticed() -> None:
    uart = Pl011()
    uart.hardware.between = lambda number: uart.hardware.drain()
    uart.transmit(uart.transmission(b"hello, PL011"))
    uart.hardware.between = lambda number: None
    uart.run()
    assert uart.sent == [(OK, 12)]


def test_no_call_writes_more_than_a_fifo_holds() -> None:
    uart = DeepPl011()
    uart.transmit(uart.transmission(bytes(100)))
    assert len(uart.hardware.out) == 16
    uart.hardware.raw |= TX
    uart.serve()
    assert len(uart.hardware.out) == 32


def test_a_last_byte_alone_in_the_fifo_comes_with_the_timeout() -> None:
    uart = Pl011()
    uart.hardware.keys = b"abc"
    uart.receive(uart.reception(8))
    uart.run()
    assert uart.received == []
    assert uart.state.reception.received == 3


def test_the_interrupts_are_those_of_who_waits() -> None:
    uart = Pl011()
    assert uart.hardware.mask == 0
    uart.receive(uart.reception(1))
    assert uart.hardware.mask == RX | TIMEOUT
    uart.transmit(uart.transmission(b"hello"))
    assert uart.hardware.mask == RX | TIMEOUT | TX
    uart.run()
    assert uart.hardware.mask == RX | TIMEOUT
    uart.hardware.keys = b"k"
    uart.run()
    assert uart.hardware.mask == 0


def test_an_interrupt_of_a_masked_cause_is_left_alone() -> None:
    uart = Pl011()
    uart.hardware.raw = TX | RX
    uart.hardware.held = b"x"
    uart.call("interrupt", uart.uart)
    assert (uart.hardware.raw, uart.hardware.held) == (TX | RX, b"x")


@pytest.mark.parametrize(
    ("baud", "result"),
    [
        (115200, OK),
        (HZ // 16, OK),
        (HZ // 16 + 1, INVAL),
        (12, OK),
        (11, INVAL),
        (9600, OK),
        (57600, OK),
    ],
)
def test_the_rate_is_the_nearest_in_range(baud: int, result: int) -> None:
    uart = Pl011()
    assert uart.configure(baud) == result
    nearest = (8 * HZ + baud) // (2 * baud) if result == OK else Pl011.divisor
    assert uart.hardware.divisor == nearest


def test_both_fifos_interrupt_as_soon_as_they_can() -> None:
    assert Pl011().hardware.levels == 0


def test_one_interrupt_fills_the_fifo_not_one_for_each_byte() -> None:
    uart = Pl011()
    uart.hardware.raw = TX  # of something earlier
    uart.transmit(uart.transmission(b"a text of several FIFOs"))
    uart.serve()
    assert uart.interrupts == 0
    uart.run()
    assert uart.interrupts <= 23 // 2


def test_a_cancelled_transmission_interrupts_no_more() -> None:
    uart = Pl011()
    op = uart.transmission(b"a text of several FIFOs")
    uart.transmit(op)
    uart.cancel(op)
    uart.run()
    assert uart.interrupts == 0


def test_what_waited_for_a_reader_needs_no_interrupt() -> None:
    uart = Pl011()
    uart.hardware.keys = b"abc"
    for _ in range(4):
        uart.hardware.arrive()
    uart.receive(uart.reception(2))
    uart.serve()
    assert uart.received == [(OK, b"ab")]
    uart.receive(uart.reception(2))
    uart.serve()
    assert uart.interrupts == 0


def test_what_a_boot_loader_left_on_is_off() -> None:
    uart = Pl011(init=False)
    uart.hardware.mask = uart.hardware.raw = RX | TX
    uart.call("init", uart.uart)
    assert (uart.hardware.mask, uart.hardware.raw) == (0, 0)
