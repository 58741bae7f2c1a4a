# SPDX-License-Identifier: MIT OR Apache-2.0
"""The console over a fake UART; after each step no byte of a process is left behind."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tests.host.fakes.capsule import Capsule, Err, capsule_library, zeros
from tests.host.fakes.fake_uart import FakeUart

if TYPE_CHECKING:
    from tests.host.build import Library

WRITE, READ, ABORT = 1, 2, 3
BUFFER = 1
WRITTEN, READ_DONE = 1, 2
TX, RX = 16, 8


@cache
def library() -> Library:
    return capsule_library("console")


class Console(Capsule):
    def __init__(self, *slots: int) -> None:
        super().__init__(library(), "console", upcalls=3, ro=2, rw=2)
        lib, console = self.library, self.capsule
        self.uart = FakeUart(lib, self.callbacks)
        self.state = lib.new("struct console_state *")
        self.tx = lib.new("uint8_t[]", TX)
        self.rx = lib.new("uint8_t[]", RX)
        console.state = self.state
        console.tx, console.tx_size, console.rx, console.rx_size = self.tx, TX, self.rx, RX
        console.uart_transmit = self.uart.transmit[0]
        console.uart_receive = self.uart.receive[0]
        console.uart_transmit_client.transmitted = lib.address("console_transmitted")
        console.uart_receive_client.received = lib.address("console_received")
        self.uart.after = self.check
        self.start(*slots)

    def check(self) -> None:
        super().check()
        assert self.uart.transmission is not None or zeros(self.tx), "text left in tx"
        assert self.uart.reception is not None or zeros(self.rx), "input left in rx"
        assert self.library.arbiter_check(self.library.ffi.addressof(self.state, "writers"))
        assert self.library.arbiter_check(self.library.ffi.addressof(self.state, "readers"))

    def write(self, slot: int, text: bytes, length: int | None = None) -> int | Err | None:
        self.allow_ro(slot, BUFFER, text)
        return self.command(slot, WRITE, len(text) if length is None else length)

    def read(self, slot: int, length: int, room: int | None = None) -> int | Err | None:
        self.allow_rw(slot, BUFFER, length if room is None else room)
        return self.command(slot, READ, length)

    def abort(self, slot: int) -> None:
        assert self.command(slot, ABORT) is None

    def line(self, slot: int) -> bytes:
        return self.memory(slot, BUFFER)
