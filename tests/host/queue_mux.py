# SPDX-License-Identifier: MIT OR Apache-2.0
"""What all tests of queue-like muxes share: kinds of mux, the C, a small model of the order.

A system is the C mux or the model. Both drive the same fake hardware and clients. Whatever
happens to those is a line of the system's trace, and the traces must be equal.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.build import ROOT, Library, host_library
from tests.host.fakes.callbacks import Callbacks, CData

if TYPE_CHECKING:
    from collections.abc import Callable

FAKES = ROOT / "tests" / "host" / "fakes"
CLIENTS = 4
INDEX_OF_DEFERRED = 5
CHAIN_MAX = 16  # SPI_CHAIN_MAX


class Err(IntEnum):
    OK = 0
    FAIL = 1
    BUSY = 2
    ALREADY = 3
    OFF = 4
    INVAL = 6
    SIZE = 7
    CANCEL = 8


class Outcome(IntEnum):
    CANCELLED = 0
    TOO_LATE = 1


@dataclass(frozen=True)
class Kind:
    """A mux by the words of its HIL.

    `out` are the out-fields, `size` the field whose zero is refused, `edge` the struct of an
    edge with parameters, `noted` where a descriptor has it; `keeps`: a transfer may keep its
    device selected for the next.
    """

    hil: str
    leaf: str
    operation: str
    completion: str
    descriptor: str
    out: tuple[str, ...]
    size: str | None = "len"
    edge: str | None = None
    noted: str = "device"
    keeps: bool = False

    @property
    def mux(self) -> str:
        return f"mux_{self.hil}"

    @property
    def port(self) -> str:
        return f"{self.hil}_{self.leaf}"

    @property
    def edge_or_port(self) -> str:
        return self.edge or self.port

    @property
    def declared(self) -> str:
        """What a client calls, the HIL's inlines, as functions."""
        arguments = f"const struct {self.edge_or_port} *edge, struct {self.descriptor} *op"
        return (
            f"enum err client_start({arguments});\n"
            f"enum err client_cancel({arguments}, enum cancel *outcome);\n"
        )

    @property
    def defined(self) -> str:
        start, cancel, _ = self.declared.split(";\n")
        name = f"{self.hil}_{self.operation}"
        return (
            f"{self.declared}{start} {{ return {name}(edge, op); }}\n"
            f"{cancel} {{ return {name}_cancel(edge, op, outcome); }}\n"
        )

    def library(self) -> Library:
        return _library(self)

    def image(self, op: CData) -> bytes:
        """A descriptor's bytes but for its out-fields."""
        lib = self.library()
        copy = lib.new(f"struct {self.descriptor} *")
        lib.ffi.memmove(copy, op, lib.ffi.sizeof(f"struct {self.descriptor}"))
        for name in self.out:
            setattr(copy, name, 0)
        return bytes(lib.ffi.buffer(copy))


@cache
def _library(kind: Kind) -> Library:
    sources = [f"virtualizers/{kind.mux}.c", "lib/arbiter.c", str(FAKES / "fake_kernel.c")]
    headers = [f"virtualizers/{kind.mux}.h", "lib/arbiter.h", "fake_kernel.h"]
    return host_library(
        kind.mux, sources, headers, include=[FAKES], extra_c=kind.defined, cdef=kind.declared
    )


UART = Kind("uart", "transmit", "transmit", "transmitted", "uart_transmission", ("sent",))
SPI = Kind(
    *("spi", "controller", "transfer", "transferred", "spi_transfer", ("done_len",)),
    edge="spi_device",
    keeps=True,
)
I2C = Kind(
    *("i2c", "controller", "transfer", "transferred", "i2c_transfer", ("done_len", "detail")),
    size="tx_len",
    edge="i2c_device",
)
ADC = Kind(
    *("adc", "sample", "sample", "sampled", "adc_conversion", ("value",)),
    size=None,
    edge="adc_input",
    noted="input",
)
RNG = Kind("rng", "bytes", "fill", "filled", "rng_request", ("filled",))
TEMPERATURE = Kind(
    *("temperature", "sensor", "measure", "measured", "temperature_reading"),
    out=("millicelsius",),
    size=None,
)
KINDS = (UART, SPI, I2C, ADC, RNG, TEMPERATURE)


class Hardware:
    """One operation at a time, refusals as told, completion by hand."""

    def __init__(self, trace: list[tuple[object, ...]]) -> None:
        self.trace = trace
        self.refusals: list[Err] = []
        self.too_late = False
        self.current: int | None = None
        self.cancelled: bool | None = None

    def start(self, client: int) -> Err:
        assert self.current is None, "a second operation while one is under way"
        err = self.refusals.pop(0) if self.refusals else Err.OK
        self.trace.append(("hardware start", client, err))
        if err == Err.OK:
            self.current = client
            self.cancelled = None
        return err

    def cancel(self, client: int) -> tuple[Err, Outcome | None]:
        self.trace.append(("hardware cancel", client))
        if client != self.current:
            return Err.ALREADY, None
        if self.cancelled is not None:
            return Err.OK, Outcome.TOO_LATE
        self.cancelled = not self.too_late
        return Err.OK, Outcome.CANCELLED if self.cancelled else Outcome.TOO_LATE

    def finish(self, err: Err) -> tuple[int, Err]:
        client = self.current
        assert client is not None
        self.current = None
        return client, Err.CANCEL if self.cancelled else err


class System(ABC):
    """`plans` holds, by client, what it does in its next completion: verb and client."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.trace: list[tuple[object, ...]] = []
        self.hardware = Hardware(self.trace)
        self.plans: dict[int, list[tuple[str, int]]] = {}
        self.in_call = 0

    @abstractmethod
    def _start(self, client: int, length: int, *, keep: bool) -> Err: ...
    @abstractmethod
    def _cancel(self, client: int) -> tuple[Err, Outcome | None]: ...
    @abstractmethod
    def _finish(self, client: int, out: int, err: Err) -> None: ...
    @abstractmethod
    def deferred(self) -> None: ...

    def start(self, client: int, length: int = 1) -> Err:
        """What a client asks for; `keep` starts one that keeps its device selected."""
        return self._started(client, length, keep=False)

    def keep(self, client: int) -> Err:
        return self._started(client, 1, keep=self.kind.keeps)

    def _started(self, client: int, length: int, *, keep: bool) -> Err:
        self.in_call += 1
        err = self._start(client, length, keep=keep)
        self.in_call -= 1
        self.trace.append(("start", client, err))
        return err

    def cancel(self, client: int) -> tuple[Err, Outcome | None]:
        self.in_call += 1
        result = self._cancel(client)
        self.in_call -= 1
        self.trace.append(("cancel", client, *result))
        return result

    def finish(self, err: Err = Err.OK, out: int = 1) -> None:
        client, err = self.hardware.finish(err)
        self._finish(client, out, err)

    def done(self, client: int, err: Err, out: int) -> None:
        """What a client does at its completion: note it, then carry out its plan once."""
        assert self.in_call == 0, "a completion inside a call"
        self.trace.append(("done", client, err, out))
        for verb, other in self.plans.pop(client, []):
            getattr(self, verb)(other)

    def settle(self) -> None:
        """Let everything that was started come to its end."""
        for _ in range(100):
            self.deferred()
            if self.hardware.current is None:
                return
            self.finish()
        pytest.fail("it never comes to rest")

    @property
    def ends(self) -> list[tuple[object, ...]]:
        """Client and error of each completion, in order."""
        return [line[1:3] for line in self.trace if line[0] == "done"]


class Mux(System):
    """The C, in `levels` muxes on each other."""

    def __init__(self, kind: Kind, clients: int = CLIENTS, levels: int = 1) -> None:
        super().__init__(kind)
        lib = self.lib = kind.library()
        lib.fake_kernel_reset()
        self.callbacks = calls = Callbacks(lib)
        self.ops = [lib.new(f"struct {kind.descriptor} *") for _ in range(clients)]
        self.edges = [lib.new(f"struct {kind.edge_or_port} *") for _ in range(clients)]
        self.clients = [
            calls.new(f"struct {kind.port}_client", **{kind.completion: self._completed})
            for _ in range(clients)
        ]
        self.images: dict[int, bytes] = {}
        self.alive: list[CData] = []
        self.muxes: list[CData] = []
        """From the clients' to the one that has the hardware."""
        above = [getattr(edge, kind.leaf) if kind.edge else edge for edge in self.edges]
        for level in range(levels):
            mux = self._mux(level, max(clients, 2))
            for index, port in enumerate(above, level):  # not 0 for each
                port.ops = lib.address(f"{kind.mux}_{kind.leaf}_ops")
                port.owner, port.index = mux, index
            above = [getattr(mux, kind.hil)]
        below: dict[str, Callable[..., object]] = {
            kind.operation: self._below,
            f"{kind.operation}_cancel": self._below_cancel,
        }
        above[0].ops = calls.new(f"struct {kind.port}_ops", **below)

    def _mux(self, level: int, clients: int) -> CData:
        lib, kind = self.lib, self.kind
        mux = lib.new(f"struct {kind.mux} *")
        mux.state = state = lib.new(f"struct {kind.mux}_state *")
        mux.slots = slots = lib.new("struct turn[]", clients)
        mux.slot_count, mux.complete.index = clients, INDEX_OF_DEFERRED + level
        told = lib.ffi.addressof(mux, f"{kind.hil}_client")
        setattr(told, kind.completion, lib.address(f"{kind.mux}_{kind.completion}"))
        self.alive += [state, slots]
        self.muxes.append(mux)
        return mux

    # -- below ------------------------------------------------------------------------------

    def _below(self, port: CData, op: CData) -> int:
        index = self.ops.index(op)
        lowest = self.muxes[-1]
        assert port == self.lib.ffi.addressof(lowest, self.kind.hil)
        assert op.client == self.lib.ffi.addressof(lowest, f"{self.kind.hil}_client")
        if self.kind.edge:
            assert getattr(op, self.kind.noted) == self.edges[index], "another's settings"
        return self.hardware.start(index)

    def _below_cancel(self, port: CData, op: CData, outcome: CData) -> int:
        err, result = self.hardware.cancel(self.ops.index(op))
        if result is not None:
            outcome[0] = result
        return err

    # -- above ------------------------------------------------------------------------------

    def _completed(self, client: CData, op: CData, err: int) -> None:
        index = self.ops.index(op)
        assert client == self.clients[index]
        assert self.kind.image(op) == self.images.pop(index), "it came back changed"
        outs = {getattr(op, name) for name in self.kind.out}
        assert len(outs) == 1, "an out-field that nobody has set"
        self.done(index, Err(err), outs.pop())

    def descriptor(self, client: int, length: int, *, keep: bool) -> CData:
        """The client's own, filled; another one while that is not its to touch."""
        lib, kind = self.lib, self.kind
        lent = client in self.images
        op = lib.new(f"struct {kind.descriptor} *") if lent else self.ops[client]
        op.client = self.clients[client]
        if kind.size:
            setattr(op, kind.size, length)
        if kind.edge:
            setattr(op, kind.noted, self.edges[client])
        if kind.keeps:
            op.keep_selected = keep
        for name in kind.out:
            setattr(op, name, 9)
        return op

    def _start(self, client: int, length: int, *, keep: bool) -> Err:
        op = self.descriptor(client, length, keep=keep)
        before = bytes(self.lib.ffi.buffer(op))
        image = self.kind.image(op)
        err = Err(self.lib.client_start(self.edges[client], op))
        if err == Err.OK:
            self.images[client] = image
        else:
            assert bytes(self.lib.ffi.buffer(op)) == before, "refused, but changed"
        self.callbacks.check()
        return err

    def _cancel(self, client: int) -> tuple[Err, Outcome | None]:
        outcome = self.lib.new("enum cancel *", 7)
        err = self.lib.client_cancel(self.edges[client], self.ops[client], outcome)
        self.callbacks.check()
        return Err(err), Outcome(outcome[0]) if outcome[0] != 7 else None

    def _finish(self, client: int, out: int, err: Err) -> None:
        op = self.ops[client]
        for name in self.kind.out:
            setattr(op, name, out)
        getattr(op.client, self.kind.completion)(op.client, op, err)
        self.callbacks.check()
        assert self.is_sound()

    def deferred(self) -> None:
        due = self.lib.fake_kernel_take_deferred()
        for level, mux in enumerate(self.muxes, INDEX_OF_DEFERRED):
            if due >> level & 1:
                getattr(self.lib, f"{self.kind.mux}_complete")(mux)
                self.callbacks.check()
        assert self.is_sound()

    def is_sound(self) -> bool:
        """Its own check of its invariants."""
        return all(getattr(self.lib, f"{self.kind.mux}_check")(mux) for mux in self.muxes)


class Model(System):
    """Who is served when, by searching."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self.active: int | None = None
        self.last = 0
        self.queued: set[int] = set()
        self.ended: dict[int, Err] = {}
        self.keeps: dict[int, bool] = {}
        self.held = False
        self.due = False
        self.kept: int | None = None
        self.chained = 0

    def _end(self, client: int, err: Err) -> None:
        self.ended[client] = err
        self.due = True

    def _serve(self, client: int) -> bool:
        self.queued.remove(client)
        err = self.hardware.start(client)
        if err == Err.OK:
            self.active = client
        else:
            self._end(client, err)
        return err == Err.OK

    def _next(self) -> None:
        while self.queued:
            self.last = min(self.queued, key=lambda other: (other - self.last - 1) % 32)
            if self._serve(self.last):
                return
        self.held = False

    def _start(self, client: int, length: int, *, keep: bool) -> Err:
        if length == 0 and self.kind.size:
            return Err.SIZE
        if client == self.kept and self.chained == CHAIN_MAX:
            return Err.SIZE
        if client == self.active or client in self.queued or client in self.ended:
            return Err.BUSY
        if self.held:
            self.queued.add(client)
            self.keeps[client] = keep
            return Err.OK
        err = self.hardware.start(client)
        self.last = client
        if err == Err.OK:
            self.active, self.held = client, True
            self.keeps[client] = keep
        return err

    def _cancel(self, client: int) -> tuple[Err, Outcome | None]:
        if client in self.ended:
            return Err.OK, Outcome.TOO_LATE
        if client in self.queued:
            self.queued.remove(client)
            self._end(client, Err.CANCEL)
            return Err.OK, Outcome.CANCELLED
        if client == self.active:
            return self.hardware.cancel(client)
        return Err.ALREADY, None

    def _finish(self, client: int, out: int, err: Err) -> None:
        self.active = None
        if err == Err.OK and self.keeps[client]:
            self.kept = client
            self.chained += 1
        self.done(client, err, out)
        goes_on = client == self.kept and client in self.queued and self._serve(client)
        self.kept = None
        if not goes_on:
            self.chained = 0
            self._next()

    def deferred(self) -> None:
        if not self.due:
            return
        self.due = False
        for client in sorted(self.ended):
            self.done(client, self.ended.pop(client), 0)
