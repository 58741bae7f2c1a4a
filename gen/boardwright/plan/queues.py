# SPDX-License-Identifier: MIT OR Apache-2.0
"""How long the queues are that stand one behind the other: processes, then virtualizers.

A virtualizer serves each of its n clients once before it serves one again, so an operation
waits there for n - 1 of others at most. Each operation of a virtualizer that is itself a
client of another waits there in turn, so that the numbers multiply: n1 * n2 * ... - 1. A
driver that serves its p processes in turn is one more factor. Where a component makes other
operations of those it takes (a page of a region, a transfer of a reading), the chain ends:
how many it makes is its own matter, and its own edge has its own row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.model import KERNEL
from boardwright.plan.ir import QueueRow
from boardwright.plan.wiring import client_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boardwright.model import Board, Edge, Instance
    from boardwright.plan.wiring import Wiring


def queue_rows(image: Wiring) -> Iterator[QueueRow]:
    """A row for each client and interface that may have to wait for others."""
    for instance in image.instances:
        processes = _processes(image.board, instance)
        seen = set()
        for edge in image.requires(instance.id):
            for interface in edge.requirement.wired:
                key = (client_key(edge), interface)
                if key in seen or not _is_split(image.board, interface):
                    continue
                seen.add(key)
                row = _row(image, edge, interface, processes)
                if row.worst:
                    yield row


def _row(image: Wiring, edge: Edge, interface: str, processes: int) -> QueueRow:
    ways = dict(_ways(image, edge, interface))
    factor = 1
    for clients in ways.values():
        factor *= clients
    return QueueRow(
        client=edge.client,
        port=edge.label,
        interface=interface,
        ways=ways,
        others=factor - 1,
        processes=processes,
        worst=max(processes, 1) * factor - 1,
    )


def _ways(image: Wiring, edge: Edge, interface: str) -> Iterator[tuple[str, int]]:
    """Who is asked, one behind the other, and how many clients each has there."""
    at: Edge | None = edge
    while at is not None:
        provider = image.board.instance(at.provider)
        provision = provider.component.provides[at.provided]
        if interface in provision.served and provider.id not in image.removed:
            yield provider.id, _clients(image, at, interface)
        if provision.through is None:
            return
        at = next(image.requires(provider.id, provision.through), None)


def _clients(image: Wiring, edge: Edge, interface: str) -> int:
    """Who shares the provider; elements of a virtualizer's array share it, too."""
    whole = image.board.instance(edge.provider).component.room == "virtualizers"
    found = {
        client_key(each)
        for each in _callers(image, edge.provider, edge.provided, interface)
        if whole or each.element == edge.element
    }
    return len(found)


def _callers(image: Wiring, provider: str, port: str, interface: str) -> Iterator[Edge]:
    """The edges whose calls of an interface come to a port, past what hands them on."""
    for edge in image.clients(provider, port):
        handing = [
            each.port
            for each in image.board.instance(edge.client).component.provides.values()
            if each.through == edge.port and interface in each.handed
        ]
        for each in handing:
            yield from _callers(image, edge.client, each, interface)
        if not handing and interface in edge.requirement.wired:
            yield edge


def _processes(board: Board, instance: Instance) -> int:
    """How many processes may have something under way in a driver; 0 for no driver."""
    syscall = instance.component.syscall
    if syscall is None or not syscall.grant:
        return 0
    filtered = any(
        setting.drivers
        for each in board.instances
        for setting in each.component.per_app.values()
    )
    slots = int(board.instance(KERNEL).values["slots"].value)
    return min(slots, len(board.callers(instance.id))) if filtered else slots


def _is_split(board: Board, interface: str) -> bool:
    operations = board.interface(interface).operations.values()
    return any(operation.form == "split" for operation in operations)
