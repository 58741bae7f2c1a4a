# SPDX-License-Identifier: MIT OR Apache-2.0
"""Rule about the C names made from ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.c_names import edge_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boardwright.diagnostics import Diagnostics
    from boardwright.model import Board, Instance


def c_names(board: Board, diagnostics: Diagnostics) -> None:
    """0304: `board_<id>`, its state, storage and slots are all different objects."""
    taken: dict[str, Instance] = {}
    for instance in board.instances:
        for name in dict.fromkeys((*_objects(instance), *_edges(instance, board))):
            first = taken.setdefault(name, instance)
            if first is not instance:
                diagnostics.report(
                    "0304",
                    instance.span,
                    name=instance.id,
                    problem=f"and '{first.id}' would both make the C name board_{name}",
                    hint="rename one of them",
                    related=[(first.span, "the other one")],
                )


def _edges(instance: Instance, board: Board) -> Iterator[str]:
    """The objects of edges that have one, and of the ports among their parameters."""
    for edge in board.requires(instance.id):
        if board.edge_struct(edge) and edge.position is None:
            yield edge_object(edge.name, board)
        for inner in edge.ports.values():
            for interface in inner.requirement.wired:
                yield edge_object(
                    f"{inner.client}_{inner.requirement.member(interface)}", board
                )


def _objects(instance: Instance) -> Iterator[str]:
    yield instance.id
    yield f"{instance.id}_state"
    for buffer in instance.buffers:
        yield f"{instance.id}_{buffer.name}"
    for array in instance.arrays:
        yield f"{instance.id}_{array.name}"
    for provision in instance.component.provides.values():
        if provision.per_client:
            yield f"{instance.id}_slots"
    for setting in instance.component.per_app.values():
        yield f"{instance.id}_{setting.name if setting.drivers else 'apps'}"
        if setting.port:
            yield f"{instance.id}_app_{setting.name}"
    for requirement in instance.component.requires.values():
        if requirement.list is not None:
            yield f"{instance.id}_{requirement.port}"
