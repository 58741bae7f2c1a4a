# SPDX-License-Identifier: MIT OR Apache-2.0
"""The UART of Arm's CMSDK (DDI 0479): one byte of buffer each way, latched interrupts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tests.host.fakes.registers import driver_library
from tests.host.fakes.uart_driver import UartDriver, UartHardware

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.host.build import Library
    from tests.host.fakes.callbacks import Callbacks

TX_FULL, RX_FULL = 1, 2
TX_ENABLE, RX_ENABLE, TX_INTERRUPT, RX_INTERRUPT = 1, 2, 4, 8
TX, RX = 1, 2


@cache
def library() -> Library:
    """The driver, and the mux that shares it."""
    mux = ("virtualizers/mux_uart.c", "lib/arbiter.c")
    return driver_library("cmsdk_uart", "chips/arm/cmsdk_uart.c", *mux)


class CmsdkUartHardware(UartHardware):
    def __init__(self, callbacks: Callbacks) -> None:
        super().__init__(library(), callbacks, "cmsdk_uart_registers")
        self.out: int | None = None
        self.held: int | None = None
        self.ctrl = self.status = self.divisor = 0

    def value(self, name: str) -> int:
        if name == "state":
            full_out, full_in = self.out is not None, self.held is not None
            return TX_FULL * full_out | RX_FULL * full_in
        if name == "data":
            assert self.held is not None, "read although there is no byte"
            return self.held
        return {"ctrl": self.ctrl, "interrupt": self.status, "divisor": self.divisor}[name]

    def was_read(self, name: str) -> None:
        if name == "data":
            self.held = None

    def written(self, name: str, value: int) -> None:
        if name == "data":
            assert self.out is None, "written although the buffer is full"
            assert self.ctrl & TX_ENABLE, "written although the transmitter is off"
            assert self.divisor >= 16, "sent at no rate"
            self.out = value
        elif name == "ctrl":
            self.ctrl = value
        elif name == "interrupt":
            self.status &= ~value
        else:
            assert name == "divisor"
            self.divisor = value

    def drain(self) -> None:
        """The byte in the buffer goes to the line."""
        if self.out is not None:
            self.line += bytes([self.out])
            self.out = None
            if self.ctrl & TX_INTERRUPT:
                self.status |= TX

    def arrive(self) -> None:
        """The next key fills the buffer, if that is empty."""
        if self.keys and self.held is None and self.ctrl & RX_ENABLE:
            self.held, self.keys = self.keys[0], self.keys[1:]
            if self.ctrl & RX_INTERRUPT:
                self.status |= RX

    def sending(self) -> bool:
        return self.out is not None

    def listening(self) -> bool:
        return bool(self.ctrl & RX_INTERRUPT)

    def divisor_now(self) -> int:
        return self.divisor


class CmsdkUart(UartDriver):
    name, input_hz, divisor = "cmsdk_uart", 25_000_000, 217
    bottom_halves = ("tx_interrupt", "rx_interrupt")
    hardware: CmsdkUartHardware

    def library(self) -> Library:
        return library()

    def make_hardware(self, callbacks: Callbacks) -> CmsdkUartHardware:
        return CmsdkUartHardware(callbacks)

    def up(self) -> Sequence[str]:
        status = self.hardware.status
        return ("tx_interrupt",) * bool(status & TX) + ("rx_interrupt",) * bool(status & RX)
