# SPDX-License-Identifier: MIT OR Apache-2.0
"""Which instances are in the image, and who answers each interface of each edge.

A resolved board has only what something reaches. Of that, a mux that passes one client
through to an equal interface is not in the image.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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

    def requires(self, instance: str, port: str | None = None) -> Iterator[Edge]:
        """The edges this instance is the client of, of one port or all."""
        return self.board.requires(instance, port)

    def clients(self, instance: str, port: str | None = None) -> Iterator[Edge]:
        """The edges onto this instance; a removed mux is still the client of its own."""
        return self.board.clients(instance, port)

    def route(self, edge: Edge, interface: str) -> Link:
        """Who answers an interface, past what hands it on."""
        return self.board.link(edge, interface, self.removed)

    def with_object(self, edge: Edge) -> bool:
        """Whether the edge is an object of its own: its HIL says of which type."""
        return self.board.edge_struct(edge) is not None

    def seers(self, edge: Edge) -> frozenset[str]:
        """The components that may call a port of this edge's object.

        That are its client and whoever serves it, muxes on the way, too.
        """
        found = {self.board.instance(edge.client).component.name}
        at: Edge | None = edge
        while at is not None:
            instance = self.board.instance(at.provider)
            if instance.id not in self.removed:
                found.add(instance.component.name)
            through = instance.component.provides[at.provided].through
            at = next(self.requires(instance.id, through), None) if through else None
        return frozenset(found)


def wiring(board: Board) -> Wiring:
    """Decide what is in the image."""
    lone = {i.id: client for i in board.instances if (client := _only_client(board, i))}
    omitted = tuple(
        Omitted(i.id, i.span.place, f"{lone[i.id]} is its only client")
        for i in board.instances
        if i.id in lone
    )
    kept = tuple(i for i in board.instances if i.id not in lone)
    return Wiring(board, kept, omitted, frozenset(lone))


def _only_client(board: Board, instance: Instance) -> str:
    """The one client of a mux that can be left out, "" if it must stay."""
    if len(instance.component.provides) != 1:
        return ""
    (provision,) = instance.component.provides.values()
    if provision.through is None or provision.count is not None:
        return ""
    below = instance.component.requires[provision.through]
    if below.list is not None or not set(provision.served) <= set(below.interfaces):
        return ""
    clients = {client_key(edge) for edge in board.clients(instance.id)}
    return clients.pop()[0] if len(clients) == 1 else ""


def client_key(edge: Edge) -> tuple[str, str, int | None]:
    """Equal for the edges that count as one client: those of a `serial` list port."""
    return (edge.client, edge.port, None if edge.requirement.is_serial else edge.position)
