# SPDX-License-Identifier: MIT OR Apache-2.0
"""The arbiter against a model that searches where the C shifts."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.host.build import Library, host_library

CLIENTS = 32
clients = st.integers(0, CLIENTS - 1)


@cache
def library() -> Library:
    return host_library("arbiter", ["lib/arbiter.c"])


class ArbiterAgainstModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.arbiter = library().new("struct arbiter *")
        self.waiting: set[int] = set()
        self.last = 0
        self.held = False

    @rule(client=clients)
    def take(self, client: int) -> None:
        took = not self.held
        assert library().arbiter_take(self.arbiter, client) == took
        if took:
            self.held, self.last = True, client
        else:
            self.waiting.add(client)

    @rule()
    def pass_on(self) -> None:
        assert library().arbiter_pass(self.arbiter) == bool(self.waiting)
        if self.waiting:
            self.last = min(self.waiting, key=lambda client: (client - self.last - 1) % CLIENTS)
            self.waiting.remove(self.last)
        else:
            self.held = False

    @rule(client=clients)
    def drop(self, client: int) -> None:
        assert library().arbiter_drop(self.arbiter, client) == (client in self.waiting)
        self.waiting.discard(client)

    @invariant()
    def agrees(self) -> None:
        assert self.arbiter.waiting == sum(1 << client for client in self.waiting)
        assert self.arbiter.held == self.held
        assert self.arbiter.last == self.last
        assert library().arbiter_check(self.arbiter)


TestArbiterAgainstModel = ArbiterAgainstModel.TestCase


def test_a_waiting_client_sees_at_most_one_turn_of_each_other() -> None:
    arbiter = library().new("struct arbiter *")
    library().arbiter_take(arbiter, 0)
    for client in range(CLIENTS):
        library().arbiter_take(arbiter, client)
    order = []
    for _ in range(3 * CLIENTS):
        library().arbiter_pass(arbiter)
        order.append(arbiter.last)
        library().arbiter_take(arbiter, arbiter.last)
    turn = [*range(1, CLIENTS), 0]
    assert order == turn * 3


def test_check_finds_a_queue_without_a_holder() -> None:
    arbiter = library().new("struct arbiter *")
    assert library().arbiter_check(arbiter)
    arbiter.waiting = 4
    assert not library().arbiter_check(arbiter)
    arbiter.held = True
    assert library().arbiter_check(arbiter)
    arbiter.last = CLIENTS
    assert not library().arbiter_check(arbiter)
