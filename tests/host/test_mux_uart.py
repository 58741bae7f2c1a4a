# SPDX-License-Identifier: MIT OR Apache-2.0
"""The UART mux against a small model; both drive the same fake UART and clients.

A system is the C mux or the model. Whatever happens to its clients and its UART is a line
of its trace, and the traces must be equal.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import IntEnum
from functools import cache

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from tests.host.build import ROOT, Library, host_library
from tests.host.fakes.callbacks import Callbacks, CData

FAKES = ROOT / "tests" / "host" / "fakes"
CLIENTS = 4
INDEX_OF_DEFERRED = 5


class Err(IntEnum):
    OK = 0
    FAIL = 1
    BUSY = 2
    ALREADY = 3
    OFF = 4
    SIZE = 7
    CANCEL = 8


class Outcome(IntEnum):
    CANCELLED = 0
    TOO_LATE = 1


@cache
def library() -> Library:
    return host_library(
        "mux_uart",
        [
            "virtualizers/mux_uart.c",
            "lib/arbiter.c",
            str(FAKES / "fake_kernel.c"),
        ],
        include=[FAKES],
    )


class Uart:
    """The fake hardware: one transmission, refusals as told, completion by hand."""

    def __init__(self, trace: list[tuple[object, ...]]) -> None:
        self.trace = trace
        self.refusals: list[Err] = []
        self.too_late = False
        self.current: int | None = None
        self.cancelled: bool | None = None

    def start(self, client: int) -> Err:
        assert self.current is None, "a second transmission while one is under way"
        err = self.refusals.pop(0) if self.refusals else Err.OK
        self.trace.append(("uart start", client, err))
        if err == Err.OK:
            self.current = client
            self.cancelled = None
        return err

    def cancel(self, client: int) -> tuple[Err, Outcome | None]:
        self.trace.append(("uart cancel", client))
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
    def __init__(self) -> None:
        self.trace: list[tuple[object, ...]] = []
        self.uart = Uart(self.trace)
        self.plans: dict[int, list[tuple[str, int]]] = {}
        self.in_call = 0

    @abstractmethod
    def _start(self, client: int, length: int) -> Err: ...
    @abstractmethod
    def _cancel(self, client: int) -> tuple[Err, Outcome | None]: ...
    @abstractmethod
    def _finish(self, client: int, sent: int, err: Err) -> None: ...
    @abstractmethod
    def deferred(self) -> None: ...

    def start(self, client: int, length: int = 1) -> Err:
        self.in_call += 1
        err = self._start(client, length)
        self.in_call -= 1
        self.trace.append(("start", client, err))
        return err

    def cancel(self, client: int) -> tuple[Err, Outcome | None]:
        self.in_call += 1
        result = self._cancel(client)
        self.in_call -= 1
        self.trace.append(("cancel", client, *result))
        return result

    def finish(self, err: Err = Err.OK, sent: int = 1) -> None:
        client, err = self.uart.finish(err)
        self._finish(client, sent, err)

    def done(self, client: int, err: Err, sent: int) -> None:
        """What a client does at its completion: note it, then carry out its plan once."""
        assert self.in_call == 0, "a completion inside a call"
        self.trace.append(("done", client, err, sent))
        for verb, other in self.plans.pop(client, []):
            if verb == "start":
                self.start(other)
            else:
                self.cancel(other)

    def settle(self) -> None:
        """Let everything that was started come to its end."""
        for _ in range(100):
            self.deferred()
            if self.uart.current is None:
                return
            self.finish()
        pytest.fail("it never comes to rest")


class Mux(System):
    """The C."""

    def __init__(self, clients: int = CLIENTS) -> None:
        super().__init__()
        lib = library()
        lib.fake_kernel_reset()
        self.callbacks = calls = Callbacks(lib)
        self.ops = [lib.new("struct uart_transmission *") for _ in range(clients)]
        self.data = [lib.new("uint8_t[]", 4) for _ in range(clients)]
        self.ports = [lib.new("struct uart_transmit *") for _ in range(clients)]
        self.clients = [
            calls.new("struct uart_transmit_client", transmitted=self._transmitted)
            for _ in range(clients)
        ]
        self.slots = lib.new("struct turn[]", clients)
        self.state = lib.new("struct mux_uart_state *")
        self.mux = mux = lib.new("struct mux_uart *")
        mux.state, mux.slots, mux.slot_count = self.state, self.slots, clients
        mux.complete.index = INDEX_OF_DEFERRED
        mux.uart.ops = calls.new(
            "struct uart_transmit_ops", transmit=self._below, transmit_cancel=self._below_cancel
        )
        mux.uart_client.transmitted = lib.address("mux_uart_transmitted")
        for index, port in enumerate(self.ports):
            port.owner, port.index = mux, index

    def _below(self, port: CData, op: CData) -> int:
        assert op.client == library().ffi.addressof(self.mux, "uart_client")
        return self.uart.start(self.ops.index(op))

    def _below_cancel(self, port: CData, op: CData, outcome: CData) -> int:
        err, result = self.uart.cancel(self.ops.index(op))
        if result is not None:
            outcome[0] = result
        return err

    def _transmitted(self, client: CData, op: CData, err: int) -> None:
        index = self.ops.index(op)
        assert client == self.clients[index]
        assert op.client == client, "the client's own word is not back"
        assert (op.data, op.len) == (self.data[index], 1)
        self.done(index, Err(err), op.sent)

    def _start(self, client: int, length: int) -> Err:
        op = self.ops[client]
        if self.slots[client].op == library().ffi.NULL:
            op.client, op.data, op.len, op.sent = (
                self.clients[client],
                self.data[client],
                length,
                9,
            )
            own = op
        else:  # a second descriptor: the first one is not ours to touch
            own = library().new("struct uart_transmission *")
            own.client, own.data, own.len = self.clients[client], self.data[client], length
        err = Err(library().mux_uart_transmit(self.ports[client], own))
        if err != Err.OK:
            assert own.client == self.clients[client]
        self.callbacks.check()
        return err

    def _cancel(self, client: int) -> tuple[Err, Outcome | None]:
        outcome = library().new("enum cancel *", 7)
        err = library().mux_uart_transmit_cancel(self.ports[client], self.ops[client], outcome)
        self.callbacks.check()
        return Err(err), Outcome(outcome[0]) if outcome[0] != 7 else None

    def _finish(self, client: int, sent: int, err: Err) -> None:
        op = self.ops[client]
        op.sent = sent
        op.client.transmitted(op.client, op, err)
        self.callbacks.check()
        assert library().mux_uart_check(self.mux)

    def deferred(self) -> None:
        if library().fake_kernel_take_deferred() == 1 << INDEX_OF_DEFERRED:
            library().mux_uart_complete(self.mux)
            self.callbacks.check()
        assert library().mux_uart_check(self.mux)


class Model(System):
    def __init__(self) -> None:
        super().__init__()
        self.active: int | None = None
        self.last = 0
        self.queued: set[int] = set()
        self.ended: dict[int, Err] = {}
        self.held = False
        self.due = False

    def _end(self, client: int, err: Err) -> None:
        self.ended[client] = err
        self.due = True

    def _next(self) -> None:
        while self.queued:
            self.last = min(self.queued, key=lambda other: (other - self.last - 1) % 32)
            self.queued.remove(self.last)
            self.active = self.last
            err = self.uart.start(self.last)
            if err == Err.OK:
                return
            self.active = None
            self._end(self.last, err)
        self.held = False

    def _start(self, client: int, length: int) -> Err:
        if length == 0:
            return Err.SIZE
        if client == self.active or client in self.queued or client in self.ended:
            return Err.BUSY
        if self.held:
            self.queued.add(client)
            return Err.OK
        err = self.uart.start(client)
        self.last = client
        if err == Err.OK:
            self.active, self.held = client, True
        return err

    def _cancel(self, client: int) -> tuple[Err, Outcome | None]:
        if client in self.ended:
            return Err.OK, Outcome.TOO_LATE
        if client in self.queued:
            self.queued.remove(client)
            self._end(client, Err.CANCEL)
            return Err.OK, Outcome.CANCELLED
        if client == self.active:
            return self.uart.cancel(client)
        return Err.ALREADY, None

    def _finish(self, client: int, sent: int, err: Err) -> None:
        self.active = None
        self.done(client, err, sent)
        self._next()

    def deferred(self) -> None:
        if not self.due:
            return
        self.due = False
        for client in sorted(self.ended):
            self.done(client, self.ended.pop(client), 0)


clients = st.integers(0, CLIENTS - 1)
errors = st.sampled_from([Err.FAIL, Err.OFF])
actions = st.tuples(st.sampled_from(["start", "start", "cancel"]), clients)


class MuxAgainstModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.mux = Mux()

    def both(self, verb: str, *arguments: object) -> None:
        for system in (self.model, self.mux):
            getattr(system, verb)(*arguments)
        assert self.mux.trace == self.model.trace
        assert library().mux_uart_check(self.mux.mux)

    @rule(client=clients, length=st.sampled_from([1, 1, 1, 0]))
    def start(self, client: int, length: int) -> None:
        self.both("start", client, length)

    @rule(client=clients)
    def cancel(self, client: int) -> None:
        self.both("cancel", client)

    @rule(client=clients, plan=st.lists(actions, min_size=1, max_size=4))
    def plan(self, client: int, plan: list[tuple[str, int]]) -> None:
        for system in (self.model, self.mux):
            system.plans[client] = list(plan)

    @rule(refusals=st.lists(errors, max_size=3), too_late=st.booleans())
    def hardware_will(self, refusals: list[Err], too_late: bool) -> None:
        for system in (self.model, self.mux):
            system.uart.refusals = list(refusals)
            system.uart.too_late = too_late

    @rule(err=st.sampled_from([Err.OK, Err.OK, Err.FAIL]), sent=st.integers(0, 1))
    def finish(self, err: Err, sent: int) -> None:
        if self.model.uart.current is not None:
            self.both("finish", err, sent)

    @rule()
    def deferred(self) -> None:
        self.both("deferred")

    def teardown(self) -> None:
        for system in (self.model, self.mux):
            system.plans.clear()
        self.both("settle")
        started = sum(line[0] == "start" and line[2] == Err.OK for line in self.mux.trace)
        assert sum(line[0] == "done" for line in self.mux.trace) == started


TestMuxAgainstModel = MuxAgainstModel.TestCase


def greedy(mux: Mux, clients: range, completions: int) -> list[int]:
    """The order of completions when each client asks again inside its own."""
    for client in clients:
        mux.start(client)
    order: list[int] = []
    while len(order) < completions:
        current = mux.uart.current
        assert current is not None
        mux.plans[current] = [("start", current)]
        mux.finish()
        order.append(current)
    return order


def test_three_clients_that_resubmit_in_the_callback_share_exactly() -> None:  # bug 75
    order = greedy(Mux(), range(3), 300)
    assert [order.count(client) for client in range(3)] == [100, 100, 100]


def test_thirty_two_greedy_clients_take_turns() -> None:
    assert greedy(Mux(32), range(32), 96) == [*range(32)] * 3


def test_a_modest_client_waits_for_at_most_one_operation_of_each_other() -> None:
    mux = Mux()
    greedy(mux, range(3), 10)
    mux.start(3)
    order = []
    while 3 not in order:
        current = mux.uart.current
        assert current is not None
        order.append(current)
        mux.plans[current] = [("start", current)]
        mux.finish()
    assert len(order) <= CLIENTS


def test_zero_length_is_refused_and_the_next_transmission_works() -> None:  # bug 21
    mux = Mux()
    assert mux.start(0, 0) == Err.SIZE
    assert mux.start(0) == Err.OK
    assert mux.start(0, 0) == Err.SIZE
    mux.settle()
    assert [line for line in mux.trace if line[0] == "done"] == [("done", 0, Err.OK, 1)]


def test_after_the_hardware_refused_one_client_another_completes() -> None:  # bugs 20, 63
    mux = Mux()
    mux.uart.refusals = [Err.FAIL]
    assert mux.start(0) == Err.FAIL
    assert mux.start(1) == Err.OK
    mux.settle()
    assert ("done", 1, Err.OK, 1) in mux.trace
    assert not any(line[:2] == ("done", 0) for line in mux.trace)


def test_a_refusal_in_the_queue_does_not_stall_those_behind() -> None:  # bug 76
    mux = Mux()
    for client in range(3):
        mux.start(client)
    mux.uart.refusals = [Err.OFF]
    mux.finish()
    assert mux.uart.current == 2
    mux.settle()
    ends = [line[1:3] for line in mux.trace if line[0] == "done"]
    assert sorted(ends) == [(0, Err.OK), (1, Err.OFF), (2, Err.OK)]


def test_two_cancels_give_one_completion() -> None:  # bug 24
    mux = Mux()
    mux.start(0)
    mux.start(1)
    for client in (0, 1):
        assert mux.cancel(client) == (Err.OK, Outcome.CANCELLED)
        assert mux.cancel(client) == (Err.OK, Outcome.TOO_LATE)
    assert mux.start(1) == Err.BUSY
    mux.settle()
    ends = [line[1:3] for line in mux.trace if line[0] == "done"]
    assert sorted(ends) == [(0, Err.CANCEL), (1, Err.CANCEL)]
    assert mux.cancel(1) == (Err.ALREADY, None)


def test_cancelling_nothing_or_something_else_is_already() -> None:  # bug 74
    mux = Mux()
    assert mux.cancel(0) == (Err.ALREADY, None)
    mux.start(1)
    foreign = library().new("enum cancel *")
    assert library().mux_uart_transmit_cancel(mux.ports[0], mux.ops[1], foreign) == Err.ALREADY
    null = library().ffi.NULL
    assert library().mux_uart_transmit_cancel(mux.ports[0], null, foreign) == Err.ALREADY


def test_what_ends_inside_the_deferred_call_waits_for_the_next_one() -> None:
    mux = Mux()
    for client in range(3):
        mux.start(client)
    mux.cancel(1)
    mux.plans[1] = [("start", 1), ("cancel", 1), ("cancel", 2)]
    mux.deferred()
    assert [line[1] for line in mux.trace if line[0] == "done"] == [1]
    mux.deferred()
    assert [line[1] for line in mux.trace if line[0] == "done"] == [1, 1, 2]


def test_cancelling_what_the_same_deferred_call_ends_next_is_too_late() -> None:
    mux = Mux()
    for client in range(3):
        mux.start(client)
    mux.cancel(1)
    mux.cancel(2)
    mux.plans[1] = [("cancel", 2)]
    mux.deferred()
    assert mux.trace[-3:] == [
        ("done", 1, Err.CANCEL, 0),
        ("cancel", 2, Err.OK, Outcome.TOO_LATE),
        ("done", 2, Err.CANCEL, 0),
    ]
