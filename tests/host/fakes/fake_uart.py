# SPDX-License-Identifier: MIT OR Apache-2.0
"""A UART whose line is a bytes object; everything completes when the test says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.host.build import Library
    from tests.host.fakes.callbacks import Callbacks, CData

OK, SIZE, CANCEL, ALREADY = 0, 7, 8, 3
CANCELLED, TOO_LATE = 0, 1


class FakeUart:
    """`transmit` and `receive` are ports; `refusals` are the errors of the next starts."""

    def __init__(self, library: Library, callbacks: Callbacks) -> None:
        self.library = library
        self.after = callbacks.check  # what to check when a completion has been made
        self.line = b""
        self.refusals: list[int] = []
        self.transmission: CData | None = None
        self.reception: CData | None = None
        self.cancelled = False
        self.transmit = library.new("struct uart_transmit *")
        self.transmit.ops = callbacks.new(
            "struct uart_transmit_ops", transmit=self._transmit, transmit_cancel=self._no_cancel
        )
        self.receive = library.new("struct uart_receive *")
        self.receive.ops = callbacks.new(
            "struct uart_receive_ops", receive=self._receive, receive_cancel=self._cancel
        )

    # -- out ------------------------------------------------------------------------------

    def _transmit(self, port: CData, op: CData) -> int:
        assert self.transmission is None, "a second transmission while one is under way"
        if op.len == 0:
            return SIZE
        if self.refusals:
            return self.refusals.pop(0)
        op.sent = 0
        self.transmission = op
        return OK

    def _no_cancel(self, port: CData, op: CData, outcome: CData) -> int:
        raise AssertionError("no capsule cancels what it sends")

    def finish(self, err: int = OK, sent: int | None = None) -> bytes:
        """The transmission under way ends; what went out."""
        op, self.transmission = self.transmission, None
        assert op is not None
        op.sent = op.len if sent is None else sent
        out = bytes(self.library.ffi.buffer(op.data, op.sent))
        self.line += out
        op.client.transmitted(op.client, op, err)
        self.after()
        return out

    def drain(self) -> bytes:
        """Everything goes out, up to a bound that no honest capsule needs."""
        for _ in range(1000):
            if self.transmission is None:
                line, self.line = self.line, b""
                return line
            self.finish()
        raise AssertionError("it never stops sending")

    # -- in -------------------------------------------------------------------------------

    def _receive(self, port: CData, op: CData) -> int:
        assert self.reception is None, "a second reception while one is under way"
        if op.len == 0:
            return SIZE
        if self.refusals:
            return self.refusals.pop(0)
        op.received = 0
        self.reception = op
        self.cancelled = False
        return OK

    def _cancel(self, port: CData, op: CData, outcome: CData) -> int:
        if op != self.reception:
            return ALREADY
        outcome[0] = TOO_LATE if self.cancelled or op.received == op.len else CANCELLED
        self.cancelled = True
        return OK

    def type(self, text: bytes) -> None:
        """Bytes arrive; a full reception completes at once, as from its interrupt."""
        for byte in text:
            op = self.reception
            if op is None or self.cancelled:
                continue  # nobody listens
            op.data[op.received] = byte
            op.received += 1
            if op.received == op.len:
                self.reception = None
                op.client.received(op.client, op, OK)
                self.after()

    def end_reception(self, err: int = CANCEL) -> None:
        """The deferred end of a cancelled reception, or an error of the line."""
        op, self.reception = self.reception, None
        assert op is not None
        op.client.received(op.client, op, err)
        self.after()
