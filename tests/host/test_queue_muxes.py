# SPDX-License-Identifier: MIT OR Apache-2.0
"""Every queue-like mux: against the model, and case by case. Numbers: reference bugs.

What only one of them can show is in that mux's own file.
"""

from __future__ import annotations

from typing import ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from tests.host.queue_mux import (
    ADC,
    CLIENTS,
    I2C,
    KINDS,
    RNG,
    SPI,
    TEMPERATURE,
    UART,
    Err,
    Kind,
    Model,
    Mux,
    Outcome,
)

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.mux)

clients = st.integers(0, CLIENTS - 1)
errors = st.sampled_from([Err.FAIL, Err.OFF])
actions = st.tuples(st.sampled_from(["start", "start", "keep", "cancel"]), clients)


class AgainstModel(RuleBasedStateMachine):
    kind: ClassVar[Kind]

    def __init__(self) -> None:
        super().__init__()
        self.model = Model(self.kind)
        self.mux = Mux(self.kind)

    def both(self, verb: str, *arguments: object) -> None:
        for system in (self.model, self.mux):
            getattr(system, verb)(*arguments)
        assert self.mux.trace == self.model.trace
        assert self.mux.is_sound()

    @rule(client=clients, length=st.sampled_from([1, 1, 1, 0]))
    def start(self, client: int, length: int) -> None:
        self.both("start", client, length)

    @rule(client=clients)
    def keep(self, client: int) -> None:
        self.both("keep", client)

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
            system.hardware.refusals = list(refusals)
            system.hardware.too_late = too_late

    @rule(err=st.sampled_from([Err.OK, Err.OK, Err.FAIL]), out=st.integers(0, 1))
    def finish(self, err: Err, out: int) -> None:
        if self.model.hardware.current is not None:
            self.both("finish", err, out)

    @rule()
    def deferred(self) -> None:
        self.both("deferred")

    def teardown(self) -> None:
        for system in (self.model, self.mux):
            system.plans.clear()
        self.both("settle")
        started = sum(line[0] == "start" and line[2] == Err.OK for line in self.mux.trace)
        assert len(self.mux.ends) == started


class UartAgainstModel(AgainstModel):
    kind = UART


class SpiAgainstModel(AgainstModel):
    kind = SPI


class I2cAgainstModel(AgainstModel):
    kind = I2C


class AdcAgainstModel(AgainstModel):
    kind = ADC


class RngAgainstModel(AgainstModel):
    kind = RNG


class TemperatureAgainstModel(AgainstModel):
    kind = TEMPERATURE


TestMuxUartAgainstModel = UartAgainstModel.TestCase
TestMuxSpiAgainstModel = SpiAgainstModel.TestCase
TestMuxI2cAgainstModel = I2cAgainstModel.TestCase
TestMuxAdcAgainstModel = AdcAgainstModel.TestCase
TestMuxRngAgainstModel = RngAgainstModel.TestCase
TestMuxTemperatureAgainstModel = TemperatureAgainstModel.TestCase


def test_every_kind_has_its_model() -> None:
    assert {each.kind for each in AgainstModel.__subclasses__()} == set(KINDS)


def greedy(mux: Mux, clients: range, completions: int) -> list[int]:
    """The order of completions when each client asks again inside its own."""
    for client in clients:
        mux.start(client)
    order: list[int] = []
    while len(order) < completions:
        current = mux.hardware.current
        assert current is not None
        mux.plans[current] = [("start", current)]
        mux.finish()
        order.append(current)
    return order


@every_kind
def test_three_clients_that_resubmit_in_the_callback_share_exactly(
    kind: Kind,
) -> None:  # bug 75
    order = greedy(Mux(kind), range(3), 300)
    assert [order.count(client) for client in range(3)] == [100, 100, 100]


@every_kind
def test_thirty_two_greedy_clients_take_turns(kind: Kind) -> None:
    assert greedy(Mux(kind, 32), range(32), 96) == [*range(32)] * 3


@every_kind
def test_a_modest_client_waits_for_at_most_one_operation_of_each_other(kind: Kind) -> None:
    mux = Mux(kind)
    greedy(mux, range(3), 10)
    mux.start(3)
    order = []
    while 3 not in order:
        current = mux.hardware.current
        assert current is not None
        order.append(current)
        mux.plans[current] = [("start", current)]
        mux.finish()
    assert len(order) <= CLIENTS


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.size], ids=lambda k: k.mux)
def test_zero_length_is_refused_and_the_next_operation_works(kind: Kind) -> None:  # bug 21
    mux = Mux(kind)
    assert mux.start(0, 0) == Err.SIZE
    assert mux.start(0) == Err.OK
    assert mux.start(0, 0) == Err.SIZE
    mux.settle()
    assert [line for line in mux.trace if line[0] == "done"] == [("done", 0, Err.OK, 1)]


@every_kind
def test_who_names_no_client_is_refused(kind: Kind) -> None:
    mux = Mux(kind)
    op = mux.descriptor(0, 1, keep=False)
    op.client = kind.library().ffi.NULL
    assert kind.library().client_start(mux.edges[0], op) == Err.INVAL
    assert mux.start(0) == Err.OK
    mux.settle()
    assert mux.ends == [(0, Err.OK)]


@every_kind
def test_after_the_hardware_refused_one_client_another_completes(
    kind: Kind,
) -> None:  # bugs 20, 63, 66
    mux = Mux(kind)
    mux.hardware.refusals = [Err.FAIL]
    assert mux.start(0) == Err.FAIL
    assert mux.start(1) == Err.OK
    mux.settle()
    assert mux.ends == [(1, Err.OK)]


@every_kind
def test_a_refusal_in_the_queue_does_not_stall_those_behind(kind: Kind) -> None:  # bug 76
    mux = Mux(kind)
    for client in range(3):
        mux.start(client)
    mux.hardware.refusals = [Err.OFF]
    mux.finish()
    assert mux.hardware.current == 2
    mux.settle()
    assert sorted(mux.ends) == [(0, Err.OK), (1, Err.OFF), (2, Err.OK)]


@every_kind
def test_two_cancels_give_one_completion(kind: Kind) -> None:  # bug 24
    mux = Mux(kind)
    mux.start(0)
    mux.start(1)
    for client in (0, 1):
        assert mux.cancel(client) == (Err.OK, Outcome.CANCELLED)
        assert mux.cancel(client) == (Err.OK, Outcome.TOO_LATE)
    assert mux.start(1) == Err.BUSY
    mux.settle()
    assert sorted(mux.ends) == [(0, Err.CANCEL), (1, Err.CANCEL)]
    assert mux.cancel(1) == (Err.ALREADY, None)


@every_kind
def test_cancelling_nothing_or_something_else_is_already(kind: Kind) -> None:  # bug 74
    mux = Mux(kind)
    assert mux.cancel(0) == (Err.ALREADY, None)
    mux.start(1)
    library = kind.library()
    outcome = library.new("enum cancel *")
    assert library.client_cancel(mux.edges[0], mux.ops[1], outcome) == Err.ALREADY
    assert library.client_cancel(mux.edges[0], library.ffi.NULL, outcome) == Err.ALREADY


@every_kind
def test_what_ends_inside_the_deferred_call_waits_for_the_next_one(kind: Kind) -> None:
    mux = Mux(kind)
    for client in range(3):
        mux.start(client)
    mux.cancel(1)
    mux.plans[1] = [("start", 1), ("cancel", 1), ("cancel", 2)]
    mux.deferred()
    assert [client for client, _err in mux.ends] == [1]
    mux.deferred()
    assert [client for client, _err in mux.ends] == [1, 1, 2]


@every_kind
def test_cancelling_what_the_same_deferred_call_ends_next_is_too_late(kind: Kind) -> None:
    mux = Mux(kind)
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
