# SPDX-License-Identifier: MIT OR Apache-2.0
"""Which instances are in the image, and who answers each interface of each edge.

Two things written on a board are not in its image: what no capsule, device or policy
reaches, and a mux that passes one client through to an equal interface.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from boardwright.model import KERNEL
from boardwright.plan.ir import Omitted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boardwright.model import Board, Edge, Instance, Link


@dataclass(frozen=True, slots=True)
class Wiring:
    """A board without what is left out. `instances` are in the order of board.c."""

    board: Board
    instances: tuple[Instance, ...]
    omitted: tuple[Omitted, ...]
    removed: frozenset[str]
    live: frozenset[str]

    def requires(self, instance: str, port: str | None = None) -> Iterator[Edge]:
        """The edges this instance is the client of, of one port or all."""
        return self.board.requires(instance, port)

    def clients(self, instance: str, port: str | None = None) -> Iterator[Edge]:
        """The edges of instances in the image, or of removed muxes, onto this one."""
        for edge in self.board.clients(instance, port):
            if edge.client in self.live:
                yield edge

    def route(self, edge: Edge, interface: str) -> Link:
        """Who answers an interface, past what hands it on."""
        return self.board.link(edge, interface, self.removed)


def wiring(board: Board) -> Wiring:
    """Decide what is in the image."""
    live = _reached(board)
    lone = {
        instance.id: client
        for instance in board.instances
        if instance.id in live and (client := _only_client(board, instance, live))
    }
    omitted = []
    for instance in board.instances:
        if instance.id in lone:
            why = f"{lone[instance.id]} is its only client"
        elif instance.id not in live:
            why = "nothing in the image uses it"
        else:
            continue
        omitted.append(Omitted(instance.id, instance.span.place, why))
    return Wiring(
        board,
        tuple(i for i in board.instances if i.id in live and i.id not in lone),
        tuple(omitted),
        frozenset(lone),
        frozenset(live),
    )


def _reached(board: Board) -> set[str]:
    """Ids reachable from what is there for its own sake: it offers nothing to others."""
    found = {
        instance.id
        for instance in board.instances
        if instance.id == KERNEL or not instance.component.provides
    }
    pending = sorted(found)
    while pending:
        for edge in board.requires(pending.pop()):
            if edge.provider not in found:
                found.add(edge.provider)
                pending.append(edge.provider)
    return found


def _only_client(board: Board, instance: Instance, live: set[str]) -> str:
    """The one client of a mux that can be left out, "" if it must stay."""
    if len(instance.component.provides) != 1:
        return ""
    (provision,) = instance.component.provides.values()
    if provision.through is None or provision.count is not None:
        return ""
    below = instance.component.requires[provision.through]
    if below.list is not None or not set(provision.served) <= set(below.interfaces):
        return ""
    clients = {_client_key(board, e) for e in board.clients(instance.id) if e.client in live}
    return clients.pop()[0] if len(clients) == 1 else ""


def _client_key(board: Board, edge: Edge) -> tuple[str, str, int | None]:
    """Equal for the edges that count as one client: those of a `serial` list port."""
    spec = board.instance(edge.client).component.requires[edge.port].list
    serial = spec is not None and spec.serial
    return (edge.client, edge.port, None if serial else edge.position)
