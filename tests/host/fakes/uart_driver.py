# SPDX-License-Identifier: MIT OR Apache-2.0
"""A UART driver, its clients, and the kernel's loop around them, whatever the hardware is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from tests.host.fakes.callbacks import Callbacks
from tests.host.fakes.registers import Registers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.host.build import Library
    from tests.host.fakes.callbacks import CData

OK, BUSY, ALREADY, INVAL, SIZE, CANCEL = 0, 2, 3, 6, 7, 8
CANCELLED, TOO_LATE = 0, 1
NEVER, ALWAYS = -1, -2
MOMENTS = [NEVER, ALWAYS, *range(60)]
ENDED = 3


class UartHardware(Registers):
    """`line` is what went out; `keys` wait to come in one by one, nothing overruns."""

    line = b""
    keys = b""

    @abstractmethod
    def drain(self) -> None:
        """A byte that was written goes to the line."""

    @abstractmethod
    def arrive(self) -> None:
        """The next key comes in, if there is room."""

    @abstractmethod
    def sending(self) -> bool:
        """Whether what was written is not on the line yet."""

    def moving(self) -> bool:
        """Whether it will do something without being touched."""
        return self.sending()

    @abstractmethod
    def listening(self) -> bool:
        """Whether a byte that comes in interrupts."""

    @abstractmethod
    def divisor_now(self) -> int:
        """The divisor in force, as the driver's const object has it."""


class UartDriver(ABC):
    """The driver called `name`. A subclass says what its hardware is and who serves it."""

    name: ClassVar[str]
    input_hz: ClassVar[int]
    divisor: ClassVar[int]
    bottom_halves: ClassVar[Sequence[str]]
    hardware: UartHardware

    @abstractmethod
    def library(self) -> Library:
        """The driver, compiled."""

    @abstractmethod
    def make_hardware(self, callbacks: Callbacks) -> UartHardware:
        """Its registers."""

    @abstractmethod
    def up(self) -> Sequence[str]:
        """The bottom halves whose lines are up."""

    def __init__(self, *, init: bool = True) -> None:
        lib = self.lib = self.library()
        lib.fake_kernel_reset()
        self.callbacks = calls = Callbacks(lib)
        self.hardware = self.make_hardware(calls)
        self.in_call = False
        self.interrupts = 0
        self.sent: list[tuple[int, int]] = []
        self.received: list[tuple[int, bytes]] = []
        self.state = lib.new(f"struct {self.name}_state *")
        self.uart = uart = lib.new(f"struct {self.name} *")
        uart.state, uart.registers = self.state, self.hardware.memory
        uart.divisor, uart.input_hz, uart.ended.index = self.divisor, self.input_hz, ENDED
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
        self.in_call = name not in (*self.bottom_halves, "ended")
        result = self.function(name)(*arguments)
        self.hardware.settle()
        self.in_call = False
        self.callbacks.check()
        return int(result or 0)

    def function(self, name: str) -> Callable[..., Any]:
        """A function of the driver."""
        function: Callable[..., Any] = getattr(self.lib, f"{self.name}_{name}")
        return function

    def transmission(self, data: bytes) -> CData:
        op = self.lib.new("struct uart_transmission *")
        op.client, op.len, op.sent = self.transmit_client, len(data), 99
        op.data = lent = self.lib.new("uint8_t[]", data or b"\0")
        self.alive += [op, lent]
        return op

    def reception(self, length: int) -> CData:
        op = self.lib.new("struct uart_reception *")
        op.client, op.len, op.received = self.receive_client, length, 99
        op.data = lent = self.lib.new("uint8_t[]", length + 1)
        self.alive += [op, lent]
        return op

    def transmit(self, op: CData) -> int:
        return self.call("transmit", self.transmitter, op)

    def receive(self, op: CData) -> int:
        return self.call("receive", self.receiver, op)

    def cancel(self, op: CData) -> tuple[int, int]:
        """Error and outcome of cancelling either kind of descriptor."""
        outcome = self.lib.new("enum cancel *", 7)
        if self.lib.ffi.typeof(op) == self.lib.ffi.typeof("struct uart_transmission *"):
            err = self.call("transmit_cancel", self.transmitter, op, outcome)
        else:
            err = self.call("receive_cancel", self.receiver, op, outcome)
        return err, outcome[0]

    def write_polled(self, text: bytes) -> None:
        self.call("write_polled", self.polled, self.lib.new("char[]", text), len(text))

    def configure(self, baud: int) -> int:
        settings = self.lib.new("struct uart_settings *", {"baud": baud})
        return self.call("configure", self.configurer, settings)

    # -- completions ------------------------------------------------------------------------

    def _transmitted(self, client: CData, op: CData, err: int) -> None:
        assert not self.in_call, "a completion inside a call"
        assert client == self.transmit_client
        self.sent.append((err, op.sent))
        if self.next_transmission is not None:
            following, self.next_transmission = self.next_transmission, None
            assert self.function("transmit")(self.transmitter, following) == OK

    def _received(self, client: CData, op: CData, err: int) -> None:
        assert not self.in_call, "a completion inside a call"
        assert client == self.receive_client
        self.received.append((err, bytes(self.lib.ffi.buffer(op.data, op.received))))
        assert op.data[op.len] == 0, "written beyond the end"
        if self.next_reception is not None:
            following, self.next_reception = self.next_reception, None
            assert self.function("receive")(self.receiver, following) == OK

    # -- the loop ----------------------------------------------------------------------------

    def serve(self) -> bool:
        """Bottom halves of the lines that are up, then the deferred call; False: no work."""
        up = self.up()
        for name in up:
            self.call(name, self.uart)
        self.interrupts += bool(up)
        deferred = self.lib.fake_kernel_take_deferred()
        if deferred:
            assert deferred == 1 << ENDED
            self.call("ended", self.uart)
        return bool(up or deferred)

    def run(self) -> None:
        """Hardware and loop in turn until nothing happens any more."""
        for _ in range(200):
            self.hardware.drain()
            self.hardware.arrive()
            if not self.serve() and not self.hardware.moving():
                return
        raise AssertionError("it never comes to rest")
