# SPDX-License-Identifier: MIT OR Apache-2.0
"""Rules about edges: who may have how many clients, and which ports exclude each other."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from boardwright.check.sharing import way_out
from boardwright.diagnostics import either, listed
from boardwright.load.expression_rules import expressions
from boardwright.load.values import as_written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boardwright.descriptors import Component
    from boardwright.diagnostics import Diagnostics
    from boardwright.model import Board, Edge, Link
    from boardwright.span import Span

_Resource = tuple[str, str, int | None, str]


def capacity(board: Board, diagnostics: Diagnostics) -> None:
    """0319, 0325, 0318: no interface has more clients than it can serve.

    Judged on the board as written, lone muxes included; what a mux hands on counts where
    it is served.
    """
    takers: dict[_Resource, list[Edge]] = {}
    for edge in board.edges:
        wired = edge.requirement.wired
        over: list[tuple[str, Link, Edge]] = []
        for interface in edge.interfaces:
            if interface not in wired:
                continue
            link = _link(board, edge, interface, diagnostics)
            if link is None:
                continue
            provision = board.instance(link.provider).component.provides[link.provided]
            if provision.whole and _taken_by_another(takers, link, edge):
                first = _taken_by_another(takers, link, edge)
                assert first is not None
                over.append((interface, link, first))
                continue
            resource = (link.provider, link.provided, link.element, interface)
            others = takers.setdefault(resource, [])
            if edge.requirement.is_serial and any(_same_port(edge, each) for each in others):
                continue
            limit = _limit(board, link)
            if limit is not None and len(others) >= limit:
                over.append((interface, link, others[0]))
            else:
                others.append(edge)
        if over:
            _report(board, edge, over, diagnostics)


def _taken_by_another(
    takers: dict[_Resource, list[Edge]], link: Link, edge: Edge
) -> Edge | None:
    """Another port that holds any interface of an element that goes to one client whole."""
    for (provider, provided, element, _), edges in takers.items():
        if (provider, provided, element) == (link.provider, link.provided, link.element):
            for other in edges:
                if other is not edge:
                    return other
    return None


def _link(board: Board, edge: Edge, interface: str, diagnostics: Diagnostics) -> Link | None:
    """Who serves an interface; 0312 if what is behind a mux does not offer it."""
    at, seen = edge, set[str]()
    while at.provider not in seen:
        seen.add(at.provider)
        provision = board.instance(at.provider).component.provides[at.provided]
        if interface not in provision.interfaces:
            diagnostics.report(
                "0312",
                edge.span,
                target=edge.provider,
                wanted=listed([interface]),
                caret=f"'{at.provider}' behind it does not offer {interface}",
                hint="",
                related=[(at.span, f"'{at.client}' is connected to it here")],
            )
            return None
        if interface in provision.served:
            return board.link(edge, interface)
        behind = next(board.requires(at.provider, provision.through), None)
        if behind is None:
            return None
        at = behind
    return None  # it hands on its own: 0321


def _limit(board: Board, link: Link) -> int | None:
    if board.interface(link.interface).control:
        return 1
    provision = board.instance(link.provider).component.provides[link.provided]
    number = provision.capacity[link.interface]
    if isinstance(number, str):
        value = board.instance(link.provider).values.get(number)
        known = value is not None and isinstance(value.value, Fraction)
        return int(value.value) if value and known else None
    return number


def _same_port(left: Edge, right: Edge) -> bool:
    return (left.client, left.port) == (right.client, right.port)


def _report(
    board: Board,
    edge: Edge,
    over: list[tuple[str, Link, Edge]],
    diagnostics: Diagnostics,
) -> None:
    interface, link, first = over[0]
    interfaces = listed(each for each, _, _ in over)
    target = link.provider if link.element is None else f"{link.provider}.{link.element}"
    related = [(first.span, f"first taken by '{first.client}'")]
    if _same_port(edge, first):
        diagnostics.report("0318", edge.span, target=target, related=related)
    elif board.interface(interface).control:
        diagnostics.report(
            "0325",
            edge.span,
            interface=interface,
            target=target,
            holder=first.client,
            related=related,
        )
    else:
        limit = _limit(board, link)
        contested = {each for each, _, _ in over}
        hint, share = way_out(board, edge, link, limit or 0, contested)
        diagnostics.report(
            "0319",
            edge.span,
            target=target,
            capacity="one client" if limit == 1 else f"{limit} clients",
            interface=interfaces.replace("'", ""),
            client=edge.client,
            hint=hint,
            related=related,
            share=share,
        )


def lone_mux_settings(board: Board, diagnostics: Diagnostics) -> None:
    """0211: a mux with one client is left out, and its settings with it."""
    for instance in board.instances:
        provides = instance.component.provides.values()
        clients = list(board.clients(instance.id))
        if len(clients) != 1 or not all(port.through for port in provides):
            continue
        for value in instance.values.values():
            if value.given:
                reason = f"its only client '{clients[0].client}' is wired past it"
                diagnostics.report(
                    "0211", value.span, owner=instance.id, reason=reason, hint=""
                )


def exclusive_ports(board: Board, diagnostics: Diagnostics) -> None:
    """0322: a component that serves one of some ports is used on one of them."""
    for instance in board.instances:
        for group in instance.component.exclusive:
            used: dict[str, Span] = {}
            for edge in board.clients(instance.id):
                if edge.provided in group:
                    used.setdefault(edge.provided, edge.span)
            if len(used) > 1:
                first, second = list(used)[:2]
                diagnostics.report(
                    "0322",
                    used[second],
                    name=instance.id,
                    ports=either(group),
                    kind=instance.component.name,
                    related=[(used[first], f"'{first}' is used here")],
                )


def read_edge_parameters(board: Board, diagnostics: Diagnostics) -> None:
    """0328: where edges are no objects, an expression of either end reads what is set."""
    for edge in board.edges:
        hil = board.hils.get(edge.hil)
        if hil is None or hil.edge is None or hil.edge.struct is not None:
            continue
        client = board.instance(edge.client).component
        provider = board.instance(edge.provider).component
        read = {*_reads(client, edge.port), *_reads(provider, edge.provided)}
        for name, value in edge.values.items():
            if value.given and name not in read:
                diagnostics.report(
                    "0328",
                    value.span,
                    key=name,
                    client=edge.client,
                    port=edge.port,
                    client_kind=client.name,
                    provider_kind=provider.name,
                )


def _reads(component: Component, port: str) -> Iterator[str]:
    """The parameters of a port's edges that the component's expressions look at."""
    for expression in expressions(component):
        for mask in expression.masks:
            if mask.port == port:
                yield mask.name


def unique_parameters(board: Board, diagnostics: Diagnostics) -> None:
    """0404: what tells the clients of one bus apart differs between them."""
    taken: dict[tuple[str, str, str, Fraction | bool | str], Edge] = {}
    for edge in board.edges:
        hil = board.hils.get(edge.hil)
        for name, parameter in (hil.edge.params if hil and hil.edge else {}).items():
            value = edge.values.get(name)
            if parameter.unique is None or value is None:
                continue
            root, port = _root(board, edge)
            first = taken.setdefault((root, port, name, value.value), edge)
            if first is not edge:
                shown = value.value
                diagnostics.report(
                    "0404",
                    value.span,
                    key=name,
                    value=shown
                    if isinstance(shown, (str, bool))
                    else as_written(shown, value.type.kind, value.span),
                    bus=root,
                    related=[(first.values[name].span, f"taken by '{first.client}'")],
                )


def same_channel(board: Board, diagnostics: Diagnostics) -> None:
    """0318: two elements of a list that differ in nothing."""
    taken: dict[tuple[object, ...], Edge] = {}
    for edge in board.edges:
        if edge.position is None or edge.element is not None or not edge.values:
            continue
        values = tuple((name, value.value) for name, value in edge.values.items())
        ports = tuple(
            (each.provider, each.provided, each.element) for each in edge.ports.values()
        )
        what = (edge.client, edge.port, *_root(board, edge), values, ports)
        first = taken.setdefault(what, edge)
        if first is not edge:
            related = [(first.span, "the same as this")]
            diagnostics.report("0318", edge.span, target=edge.provider, related=related)


def _root(board: Board, edge: Edge) -> tuple[str, str]:
    """The resource at the end of a chain of muxes; anything of one that is a loop."""
    seen: set[str] = set()
    while True:
        seen.add(edge.provider)
        provision = board.instance(edge.provider).component.provides[edge.provided]
        behind = (
            next(board.requires(edge.provider, provision.through), None)
            if provision.through
            else None
        )
        if behind is None or behind.provider in seen:
            return edge.provider, edge.provided
        edge = behind
