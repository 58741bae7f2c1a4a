# SPDX-License-Identifier: MIT OR Apache-2.0
"""An SPI controller for tests of devices: one transfer at a time, ended by hand.

`respond` is the device at the other end: it is given what is sent and says what comes
back, byte for byte, when a transfer ends well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.host.build import Library
    from tests.host.fakes.callbacks import Callbacks, CData

OK, BUSY = 0, 2


class FakeSpi:
    """`edge` is the device's; `refusals` are the errors of the next starts."""

    def __init__(self, library: Library, callbacks: Callbacks) -> None:
        self.library, self.callbacks = library, callbacks
        self.refusals: list[int] = []
        self.op: CData | None = None
        self.respond: Callable[[bytes], bytes] = lambda sent: bytes(len(sent))
        self.edge = library.new("struct spi_device *")
        self.edge.controller.ops = callbacks.new(
            "struct spi_controller_ops", transfer=self._transfer
        )

    def _transfer(self, port: CData, op: CData) -> int:
        assert self.op is None, "a second transfer while one is outstanding"
        assert op.device == self.edge
        assert op.len > 0
        if self.refusals:
            return self.refusals.pop(0)
        self.op = op
        return OK

    def sent(self) -> bytes:
        """What the transfer under way sends."""
        assert self.op is not None
        if self.op.tx == self.library.ffi.NULL:
            return b"\xff" * int(self.op.len)
        return bytes(self.library.ffi.buffer(self.op.tx, self.op.len))

    def finish(self, err: int = OK) -> None:
        """The transfer under way ends."""
        op, self.op = self.op, None
        assert op is not None
        if err == OK:
            self.op = op
            came = self.respond(self.sent())
            self.op = None
            assert len(came) == op.len
            if op.rx != self.library.ffi.NULL:
                self.library.ffi.memmove(op.rx, came, len(came))
            op.done_len = op.len
        op.client.transferred(op.client, op, err)
        self.callbacks.check()
