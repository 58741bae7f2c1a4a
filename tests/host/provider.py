# SPDX-License-Identifier: MIT OR Apache-2.0
"""A provider of a split-phase operation as test_conformance.py wants to see it.

What holds for all of them at any moment is asserted here: no completion inside a call, the
descriptor that comes back is the one that was lent and unchanged but for its out-fields,
one that was refused is unchanged altogether.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from typing import TYPE_CHECKING, ClassVar

from tests.host.queue_mux import Err, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.host.build import Library
    from tests.host.fakes.callbacks import Callbacks, CData

ENOUGH = 20_000
"""Steps within which whatever a test starts has come to its end."""


class Provider(ABC):
    """`ends` has client and error of each completion; `again` how often a client resubmits."""

    clients: ClassVar[int] = 1
    cancels: ClassVar[bool] = True
    refuses: ClassVar[bool] = False
    fails: ClassVar[bool] = False

    def __init__(self) -> None:
        self.ends: list[tuple[int, Err]] = []
        self.again: Counter[int] = Counter()

    @abstractmethod
    def start(self, client: int, length: int = 1, *, told: bool = True) -> Err:
        """A start with a fresh descriptor; `told` is false for one that names no client."""

    def cancel(self, client: int) -> tuple[Err, Outcome | None]:
        """Cancels what this client started last; only where `cancels`."""
        raise NotImplementedError

    @abstractmethod
    def step(self) -> bool:
        """The hardware or the loop goes on; False when there is nothing to do."""

    def refuse(self, err: Err) -> None:
        """The hardware refuses the next start; only where `refuses`."""
        raise NotImplementedError

    def fail(self, err: Err) -> None:
        """The operation under way ends with this; only where `fails`."""
        raise NotImplementedError

    def completed(self, client: int, err: Err) -> None:
        self.ends.append((client, err))
        if self.again[client] > 0:
            self.again[client] -= 1
            assert self.start(client) == Err.OK, "refused in the completion"

    def run(self) -> None:
        for _ in range(ENOUGH):
            if not self.step():
                return
        raise AssertionError("it never comes to rest")


class Lender(Provider):
    """A provider without cancel whose clients lend descriptors of any struct.

    `out` are the members that may come back changed.
    """

    cancels = False
    out: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, lib: Library, callbacks: Callbacks, client: str, completion: str
    ) -> None:
        super().__init__()
        self.lib, self.callbacks = lib, callbacks
        told: Mapping[str, Callable[..., object]] = {completion: self._told}
        self.client = callbacks.new(f"struct {client}", **told)
        self.lent: dict[CData, tuple[int, bytes]] = {}
        self.alive: list[CData] = []
        self.in_call = False

    @abstractmethod
    def descriptor(self, client: int, length: int) -> CData:
        """A fresh one but for its client; where there is no length, of any."""

    @abstractmethod
    def call(self, client: int, op: CData) -> int:
        """The start."""

    def over(self, op: CData, err: Err) -> None:
        """More that must hold of what is over."""

    def image(self, op: CData) -> bytes:
        kind = self.lib.ffi.typeof(op).cname
        copy, zero = self.lib.new(kind), self.lib.new(kind)
        self.lib.ffi.memmove(copy, op, self.lib.ffi.sizeof(copy[0]))
        for each in self.out:
            setattr(copy, each, getattr(zero, each))
        return bytes(self.lib.ffi.buffer(copy))

    def _told(self, client: CData, op: CData, err: int) -> None:
        assert not self.in_call, "a completion inside a call"
        assert client == self.client
        index, image = self.lent.pop(op)
        assert self.image(op) == image, "it came back changed"
        self.over(op, Err(err))
        self.completed(index, Err(err))

    def start(self, client: int, length: int = 1, *, told: bool = True) -> Err:
        op = self.descriptor(client, length)
        self.alive.append(op)
        op.client = self.client if told else self.lib.ffi.NULL
        before, image = bytes(self.lib.ffi.buffer(op)), self.image(op)
        inside, self.in_call = self.in_call, True
        err = Err(self.call(client, op))
        self.in_call = inside
        self.callbacks.check()
        if err == Err.OK:
            self.lent[op] = client, image
        else:
            assert bytes(self.lib.ffi.buffer(op)) == before, "refused, but changed"
        return err
