# SPDX-License-Identifier: MIT OR Apache-2.0
"""An I2C controller for devices: one transfer at a time, completed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.host.build import Library
    from tests.host.fakes.callbacks import Callbacks, CData

OK, ALREADY, CANCEL = 0, 3, 8
CANCELLED, TOO_LATE = 0, 1


class FakeI2c:
    """`answer` gives what a device with an edge `device` says to what was written."""

    def __init__(self, library: Library, callbacks: Callbacks, address: int) -> None:
        self.library = library
        self.callbacks = callbacks
        self.refusals: list[int] = []
        self.transfer: CData | None = None
        self.cancelled = False
        self.too_late = False
        self.written: list[bytes] = []
        self.answer: Callable[[bytes, int], bytes] = lambda written, size: bytes(size)
        ops = callbacks.new(
            "struct i2c_controller_ops", transfer=self._start, transfer_cancel=self._cancel
        )
        self.device = library.new("struct i2c_device *", {"address": address})
        self.device.controller.ops = ops

    def _start(self, port: CData, op: CData) -> int:
        assert self.transfer is None, "a second transfer while one is under way"
        assert op.device == self.device
        assert op.tx_len + op.rx_len > 0
        if self.refusals:
            return self.refusals.pop(0)
        self.transfer, self.cancelled = op, False
        return OK

    def _cancel(self, port: CData, op: CData, outcome: CData) -> int:
        if op != self.transfer:
            return ALREADY
        late = self.cancelled or self.too_late
        outcome[0] = TOO_LATE if late else CANCELLED
        self.cancelled |= not late
        return OK

    def finish(self, err: int = OK) -> None:
        """The transfer under way ends, as its cancel said if there was one."""
        op, self.transfer = self.transfer, None
        assert op is not None
        err = CANCEL if self.cancelled else err
        op.done_len = 0
        if err == OK:
            self.written.append(bytes(self.library.ffi.buffer(op.tx, op.tx_len)))
            answer = self.answer(self.written[-1], op.rx_len)
            self.library.ffi.memmove(op.rx, answer, op.rx_len)
            op.done_len = op.tx_len + op.rx_len
        op.client.transferred(op.client, op, err)
        self.callbacks.check()
