# SPDX-License-Identifier: MIT OR Apache-2.0
"""What is particular to the CMSDK UART driver; the rest is in test_uart_drivers.py."""

from __future__ import annotations

import pytest
from tests.host.fakes.fake_cmsdk_uart import CmsdkUart
from tests.host.fakes.uart_driver import INVAL, OK

HZ = CmsdkUart.input_hz


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


def test_polled_text_keeps_the_interrupts_as_they_were() -> None:
    uart = CmsdkUart()
    uart.hardware.between = lambda number: uart.hardware.drain()
    uart.receive(uart.reception(1))
    before = uart.hardware.ctrl
    uart.write_polled(b"x")
    assert uart.hardware.ctrl == before


@pytest.mark.parametrize(
    ("baud", "result"),
    [
        (115200, OK),
        (HZ // 16, OK),
        (HZ // 16 + 1, INVAL),
        (24, OK),
        (23, INVAL),
        (0, INVAL),
        (0xFFFFFFFF, INVAL),
    ],
)
def test_the_rate_is_the_nearest_in_range(baud: int, result: int) -> None:
    uart = CmsdkUart()
    assert uart.configure(baud) == result
    nearest = (2 * HZ + baud) // (2 * baud) if result == OK else CmsdkUart.divisor
    assert uart.hardware.divisor == nearest
