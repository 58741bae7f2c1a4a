# SPDX-License-Identifier: MIT OR Apache-2.0
"""The PL011 (DDI 0183), its FIFOs shortened to `depth` so that short texts fill them.

The transmit interrupt is latched when the FIFO falls to its level or, as the manual can be
read, below it; `edge` is for the first only: a text that never rises above the level raises
nothing. The receive interrupt is latched when the FIFO rises to its level, the timeout when
bytes wait and none follows.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tests.host.fakes.registers import driver_library
from tests.host.fakes.uart_driver import UartDriver, UartHardware

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.host.build import Library
    from tests.host.fakes.callbacks import Callbacks

BUSY, RX_EMPTY, TX_FULL = 8, 16, 32
RX, TX, TIMEOUT = 16, 32, 64
ENABLE, TX_ENABLE, RX_ENABLE = 1, 0x100, 0x200
FIFOS_8_BITS = 0x70
TX_LEVEL, RX_LEVEL = 1, 2


@cache
def library() -> Library:
    """The driver, and the mux that shares it."""
    mux = ("virtualizers/mux_uart.c", "lib/arbiter.c")
    return driver_library("pl011", "chips/arm/pl011.c", *mux)


class Pl011Hardware(UartHardware):
    def __init__(self, callbacks: Callbacks, depth: int, *, edge: bool) -> None:
        super().__init__(library(), callbacks, "pl011_registers")
        self.depth, self.edge = depth, edge
        self.out = b""
        self.held = b""
        self.raw = self.mask = self.control = self.line_control = 0
        self.whole = self.part = self.divisor = 0
        self.levels = 0x12  # the reset value

    def value(self, name: str) -> int:
        if name == "flags":
            return (
                BUSY * bool(self.out)
                | RX_EMPTY * (not self.held)
                | TX_FULL * (len(self.out) >= self.depth)
            )
        if name == "data":
            assert self.held, "read although there is no byte"
            return self.held[0]
        return {
            "masked": self.raw & self.mask,
            "mask": self.mask,
            "control": self.control,
        }[name]

    def was_read(self, name: str) -> None:
        if name == "data":
            self.held = self.held[1:]

    def written(self, name: str, value: int) -> None:
        if name == "data":
            assert len(self.out) < self.depth, "written although the FIFO is full"
            assert self.control & (ENABLE | TX_ENABLE) == ENABLE | TX_ENABLE
            assert self.divisor >= 64, "sent at no rate"
            self.out += bytes([value])
        elif name == "control":
            assert value == 0 or self.line_control == FIFOS_8_BITS
            self.control = value
        elif name == "line":
            assert not self.control, "changed while it is on"
            self.line_control = value
            self.divisor = self.whole << 6 | self.part
        elif name == "clear":
            self.raw &= ~value
        elif name == "divisor_whole":
            self.whole = value
        elif name == "divisor_64ths":
            self.part = value
        elif name == "mask":
            self.mask = value
        else:
            assert name == "fifo_levels"
            self.levels = value

    def drain(self) -> None:
        if self.out:
            self.line, self.out = self.line + self.out[:1], self.out[1:]
            if len(self.out) == TX_LEVEL or not (self.edge or self.out):
                self.raw |= TX

    def arrive(self) -> None:
        if not self.control & RX_ENABLE:
            return
        if self.keys and len(self.held) < self.depth:
            self.held, self.keys = self.held + self.keys[:1], self.keys[1:]
            if len(self.held) == RX_LEVEL:
                self.raw |= RX
        elif self.held:
            self.raw |= TIMEOUT

    def sending(self) -> bool:
        return bool(self.out)

    def moving(self) -> bool:
        return self.sending() or bool(self.held and not self.raw & TIMEOUT)

    def listening(self) -> bool:
        return self.mask & (RX | TIMEOUT) == RX | TIMEOUT

    def divisor_now(self) -> int:
        return self.divisor


class Pl011(UartDriver):
    name, input_hz, divisor = "pl011", 12_500_000, 434
    bottom_halves = ("interrupt",)
    hardware: Pl011Hardware
    depth = 3
    edge = False

    def library(self) -> Library:
        return library()

    def make_hardware(self, callbacks: Callbacks) -> Pl011Hardware:
        return Pl011Hardware(callbacks, self.depth, edge=self.edge)

    def up(self) -> Sequence[str]:
        return ("interrupt",) if self.hardware.raw & self.hardware.mask else ()
