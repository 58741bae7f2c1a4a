# SPDX-License-Identifier: MIT OR Apache-2.0
"""A source of bytes: one request at a time, refusals as told, completion by hand."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.host.build import Library
    from tests.host.fakes.callbacks import Callbacks, CData

OK, SIZE = 0, 7


class FakeRng:
    """Gives 1, 2, 3 ... 255, 1 ..., so that no byte is 0 and a test sees which came where."""

    def __init__(self, library: Library, callbacks: Callbacks) -> None:
        self.library = library
        self.after = callbacks.check  # what to check when a completion has been made
        self.refusals: list[int] = []
        self.request: CData | None = None
        self.given = bytearray()
        self._next = count()
        self.port = library.new("struct rng_bytes *")
        self.port.ops = callbacks.new(
            "struct rng_bytes_ops", fill=self._fill, fill_cancel=self._no_cancel
        )

    def _fill(self, port: CData, request: CData) -> int:
        assert self.request is None, "a second request while one is under way"
        if request.len == 0:
            return SIZE
        if self.refusals:
            return self.refusals.pop(0)
        request.filled = 0
        self.request = request
        return OK

    def _no_cancel(self, port: CData, request: CData, outcome: CData) -> int:
        raise AssertionError("no capsule cancels what will soon be there")

    def finish(self, err: int = OK, size: int | None = None) -> bytes:
        """The request under way ends; what it was given."""
        request, self.request = self.request, None
        assert request is not None
        size = request.len if size is None else size
        made = bytes(next(self._next) % 255 + 1 for _ in range(size))
        self.library.ffi.memmove(request.data, made, size)
        request.filled = size
        self.given += made
        request.client.filled(request.client, request, err)
        self.after()
        return made

    def drain(self) -> int:
        """All requests end, up to a bound that no honest capsule needs; how many."""
        for done in range(10_000):
            if self.request is None:
                return done
            self.finish()
        raise AssertionError("it never stops")
