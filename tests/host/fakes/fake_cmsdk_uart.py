# SPDX-License-Identifier: MIT OR Apache-2.0
"""The UART of Arm's CMSDK (DDI 0479): one byte of buffer each way, latched interrupts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tests.host.fakes.callbacks import Callbacks
from tests.host.fakes.registers import Registers, driver_library

if TYPE_CHECKING:
    from tests.host.build import Library
    from tests.host.fakes.callbacks import CData

TX_FULL, RX_FULL = 1, 2
TX_ENABLE, RX_ENABLE, TX_INTERRUPT, RX_INTERRUPT = 1, 2, 4, 8
TX, RX = 1, 2
DIVISOR, INPUT_HZ = 217, 25_000_000
OK, CANCEL = 0, 8
ENDED = 3


@cache
def library() -> Library:
    return driver_library("cmsdk_uart", "chips/arm/cmsdk_uart.c")


class UartRegisters(Registers):
    """`line` is what went out; `keys` wait to come in one by one, nothing overruns."""

    def __init__(self, callbacks: Callbacks) -> None:
        super().__init__(library(), callbacks, "cmsdk_uart_registers")
        self.line = b""
        self.keys = b""
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


class CmsdkUart:
    """The driver, its clients, and the kernel's loop around them."""

    def __init__(self, *, init: bool = True) -> None:
        lib = library()
        lib.fake_kernel_reset()
        self.callbacks = calls = Callbacks(lib)
        self.hardware = UartRegisters(calls)
        self.in_call = False
        self.interrupts = 0
        self.sent: list[tuple[int, int]] = []
        self.received: list[tuple[int, bytes]] = []
        self.state = lib.new("struct cmsdk_uart_state *")
        self.uart = uart = lib.new("struct cmsdk_uart *")
        uart.state, uart.registers = self.state, self.hardware.memory
        uart.divisor, uart.input_hz, uart.ended.index = DIVISOR, INPUT_HZ, ENDED
        self.transmitter = lib.new("struct uart_transmit *", {"owner": uart})
        self.receiver = lib.new("struct uart_receive *", {"owner": uart})
        self.polled = lib.new("struct uart_polled *", {"owner": uart})
        self.configurer = lib.new("struct uart_configure *", {"owner": uart})
        self.transmit_client = calls.new(
            "struct uart_transmit_client", transmitted=self._transmitted
        )
        self.receive_client = calls.new("struct uart_receive_client", received=self._received)
        self.alive: list[CData] = []
        self.next_transmission: CData | None = None
        self.next_reception: CData | None = None
        if init:
            assert self.call("init", uart) == OK

    # -- calls ----------------------------------------------------------------------------

    def call(self, name: str, *arguments: object) -> int:
        """A call of the driver; nothing completes inside it."""
        self.in_call = name not in ("rx_interrupt", "tx_interrupt", "ended")
        result = getattr(library(), f"cmsdk_uart_{name}")(*arguments)
        self.hardware.settle()
        self.in_call = False
        self.callbacks.check()
        return int(result or 0)

    def transmission(self, data: bytes) -> CData:
        op = library().new("struct uart_transmission *")
        op.client, op.len, op.sent = self.transmit_client, len(data), 99
        op.data = lent = library().new("uint8_t[]", data or b"\0")
        self.alive += [op, lent]
        return op

    def reception(self, length: int) -> CData:
        op = library().new("struct uart_reception *")
        op.client, op.len, op.received = self.receive_client, length, 99
        op.data = lent = library().new("uint8_t[]", length + 1)
        self.alive += [op, lent]
        return op

    def transmit(self, op: CData) -> int:
        return self.call("transmit", self.transmitter, op)

    def receive(self, op: CData) -> int:
        return self.call("receive", self.receiver, op)

    def cancel(self, op: CData) -> tuple[int, int]:
        """Error and outcome of cancelling either kind of descriptor."""
        outcome = library().new("enum cancel *", 7)
        if library().ffi.typeof(op) == library().ffi.typeof("struct uart_transmission *"):
            err = self.call("transmit_cancel", self.transmitter, op, outcome)
        else:
            err = self.call("receive_cancel", self.receiver, op, outcome)
        return err, outcome[0]

    def write_polled(self, text: bytes) -> None:
        self.call("write_polled", self.polled, library().new("char[]", text), len(text))

    def configure(self, baud: int) -> int:
        settings = library().new("struct uart_settings *", {"baud": baud})
        return self.call("configure", self.configurer, settings)

    # -- completions ------------------------------------------------------------------------

    def _transmitted(self, client: CData, op: CData, err: int) -> None:
        assert not self.in_call, "a completion inside a call"
        assert client == self.transmit_client
        self.sent.append((err, op.sent))
        if self.next_transmission is not None:
            following, self.next_transmission = self.next_transmission, None
            assert library().cmsdk_uart_transmit(self.transmitter, following) == OK

    def _received(self, client: CData, op: CData, err: int) -> None:
        assert not self.in_call, "a completion inside a call"
        assert client == self.receive_client
        self.received.append((err, bytes(library().ffi.buffer(op.data, op.received))))
        assert op.data[op.len] == 0, "written beyond the end"
        if self.next_reception is not None:
            following, self.next_reception = self.next_reception, None
            assert library().cmsdk_uart_receive(self.receiver, following) == OK

    # -- the loop ----------------------------------------------------------------------------

    def serve(self) -> bool:
        """Bottom halves of the lines that are up, then the deferred call; False: no work."""
        up = self.hardware.status
        if up & TX:
            self.call("tx_interrupt", self.uart)
        if up & RX:
            self.call("rx_interrupt", self.uart)
        self.interrupts += bool(up)
        deferred = library().fake_kernel_take_deferred()
        if deferred:
            assert deferred == 1 << ENDED
            self.call("ended", self.uart)
        return bool(up or deferred)

    def run(self) -> None:
        """Hardware and loop in turn until nothing happens any more."""
        for _ in range(200):
            self.hardware.drain()
            self.hardware.arrive()
            if not self.serve() and self.hardware.out is None:
                return
        raise AssertionError("it never comes to rest")
