# SPDX-License-Identifier: MIT OR Apache-2.0
"""A UART whose line is a bytes object; everything completes when the test says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.host.build import Library
    from tests.host.fakes.callbacks import Callbacks, CData

OK, BUSY, ALREADY, INVAL, SIZE, CANCEL = 0, 2, 3, 6, 7, 8
CANCELLED, TOO_LATE = 0, 1


class FakeUart:
    """`transmit` and `receive` are ports; `refusals` are the errors of the next starts.

    Its callers are capsules, which start nothing before the last has ended and cancel
    nothing that they send: both fail their test, unless `for_anyone`.
    """

    for_anyone = False

    def __init__(self, library: Library, callbacks: Callbacks) -> None:
        self.library = library
        self.after = callbacks.check  # what to check when a completion has been made
        self.line = b""
        self.refusals: list[int] = []
        self.transmission: CData | None = None
        self.reception: CData | None = None
        self.cancelled = self.stopped = False
        self.transmit = library.new("struct uart_transmit *")
        self.transmit.ops = callbacks.new(
            "struct uart_transmit_ops", transmit=self._transmit, transmit_cancel=self._stop
        )
        self.receive = library.new("struct uart_receive *")
        self.receive.ops = callbacks.new(
            "struct uart_receive_ops", receive=self._receive, receive_cancel=self._cancel
        )

    # -- out ------------------------------------------------------------------------------

    def _transmit(self, port: CData, op: CData) -> int:
        err = self._refusal(op, self.transmission)
        if err == OK:
            op.sent = 0
            self.transmission = op
            self.stopped = False
        return err

    def _refusal(self, op: CData, under_way: CData | None) -> int:
        if op.len == 0:
            return SIZE
        if op.client == self.library.ffi.NULL:
            return INVAL
        if under_way is not None:
            assert self.for_anyone, "a second start while one is under way"
            return BUSY
        return self.refusals.pop(0) if self.refusals else OK

    def _stop(self, port: CData, op: CData, outcome: CData) -> int:
        assert self.for_anyone, "no capsule cancels what it sends"
        if op != self.transmission:
            return ALREADY
        outcome[0] = TOO_LATE if self.stopped else CANCELLED
        self.stopped = True
        return OK

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
        err = self._refusal(op, self.reception)
        if err == OK:
            op.received = 0
            self.reception = op
            self.cancelled = False
        return err

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
