# SPDX-License-Identifier: MIT OR Apache-2.0
"""The way out of a resource that too many clients want: a number to raise, or a mux."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from boardwright.diagnostics import Diagnostics, Reference, Share, either, listed
from boardwright.expressions import Scope, UnknownNameError, evaluate
from boardwright.load.library import Library
from boardwright.load.roots import Files

if TYPE_CHECKING:
    from collections.abc import Iterable

    from boardwright.descriptors import Component, Provision
    from boardwright.model import Board, Edge, Link
    from boardwright.span import Span


@dataclass(frozen=True, slots=True)
class _Way:
    """A port of a mux, made or on the board; `behind` is its own edge to what it shares."""

    port: Provision
    mux: str
    made: str = ""
    behind: Edge | None = None


_OVERLAID = ("peripherals", "muxes", "devices", "capsules")


def way_out(
    board: Board, edge: Edge, link: Link, limit: int, contested: set[str]
) -> tuple[str, Share | None]:
    """What to do in words, and as an edit if it is one.

    What raises the limit, else a mux of this board or the kind that shares it. `contested`
    are all interfaces `edge` wants of `link` and cannot have.
    """
    provider = board.instance(link.provider)
    number = provider.component.provides[link.provided].capacity[link.interface]
    if isinstance(number, str):
        return f"'{link.provider}' says how many:  {number}: {limit + 1}", None
    for instance in board.instances:
        for port in instance.component.provides.values():
            behind = next(board.requires(instance.id, port.through or ""), None)
            if _shares(port, edge, link) and behind and behind.provider == link.provider:
                share = _share(board, link, contested, _Way(port, instance.id, behind=behind))
                return f"'{instance.id}' shares it:  {edge.port}: {instance.id}", share
    if board.roots is None or edge.provider != link.provider:
        return _one_client(board, link), None
    components = Library(Files(board.roots, board.root), Diagnostics()).components()
    for component in components:
        for port in component.provides.values():
            if component.room == "virtualizers" and port.through and _shares(port, edge, link):
                made = f"{{kind: {component.name}, {port.through}: {link.provider}}}"
                name = f"{link.provider}_mux"
                share = _share(board, link, contested, _Way(port, name, made))
                how = ", as `boardwright fix` does" if share else ""
                return f"share it through a mux{how}:  {name}: {made}", share
    dividers = _dividers(components, edge, link)
    if dividers:
        return f"{either(dividers)} divides it into parts, one for each client", None
    return _one_client(board, link), None


def _dividers(components: Iterable[Component], edge: Edge, link: Link) -> list[str]:
    """Virtualizers that make elements of what they require, each with the same interfaces."""
    wanted = set(edge.interfaces)
    return [
        component.name
        for component in components
        if component.room == "virtualizers"
        and any(link.interface in port.interfaces for port in component.requires.values())
        and any(
            port.count is not None and wanted <= set(port.interfaces)
            for port in component.provides.values()
        )
    ]


def _one_client(board: Board, link: Link) -> str:
    """The way out where nothing shares: a free element, or another provider."""
    if link.element is None:
        return f"nothing shares {link.interface}: wire one of them to another"
    taken = {each.element for each in board.clients(link.provider, link.provided)}
    taken |= {
        pad.element
        for each in board.instances
        for pad in each.pads
        if (pad.provider, pad.provided) == (link.provider, link.provided)
    }
    free = [n for n in range(_elements(board, link)) if n not in taken]
    if not free:
        return f"all elements of '{link.provider}.{link.provided}' are taken"
    return f"free are {listed((f'{link.provider}.{link.provided}.{n}' for n in free), 4)}"


def _elements(board: Board, link: Link) -> int:
    """How many elements the port has; those that are taken, where that is not known."""
    provider = board.instance(link.provider)
    count = provider.component.provides[link.provided].count

    def value(name: str) -> Fraction:
        found = provider.values.get(name)
        if found is None or not isinstance(found.value, Fraction):
            raise UnknownNameError(name)
        return found.value

    def size(_function: str, name: str) -> Fraction:
        raise UnknownNameError(name)

    try:
        return int(evaluate(count.tree, Scope(value, size))) if count else 0
    except (UnknownNameError, ZeroDivisionError):
        return 0


def _shares(port: Provision, edge: Edge, link: Link) -> bool:
    """Whether a port offers what the edge wants, the contested interface to many."""
    offered = set(edge.interfaces) <= set(port.interfaces)
    return offered and port.capacity[link.interface] is None


def _share(board: Board, link: Link, contested: set[str], way: _Way) -> Share | None:
    """All who contend go through the mux; None where that would not be the end of it."""
    clients = [
        each
        for each in board.clients(link.provider, link.provided)
        if each is not way.behind and link.interface in each.requirement.wired
    ]
    words = {link.provider, f"{link.provider}.{link.provided}"}
    if (
        link.element is not None
        or not clients
        or any(way.port.capacity.get(each, 1) is not None for each in contested)
        or any(not set(each.interfaces) <= set(way.port.interfaces) for each in clients)
        or any(_word(each.span) not in words for each in clients)
        or (way.made and (way.mux in board.names or board.has_instance(way.mux)))
    ):
        return None
    references = {Reference(each.span, _path(board, each)): None for each in clients}
    return Share(way.mux, way.made, tuple(references), board.source)


def _word(span: Span) -> str:
    if span.line != span.end_line:
        return ""
    return span.source.line(span.line)[span.column - 1 : span.end_column - 1]


def _path(board: Board, edge: Edge) -> tuple[str, ...]:
    """The keys an overlay sets this port by; () if it cannot."""
    client = board.instance(edge.client)
    plain = (
        client.owner is None
        and client.section in _OVERLAID
        and edge.position is None
        and edge.application is None
        and edge.port in client.component.requires
    )
    return (client.section, edge.client, edge.port) if plain else ()
