# SPDX-License-Identifier: MIT OR Apache-2.0
"""All that an audit looks at, put together from a build that is open and unwatched."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from boardwright.audit.callgraph import INDIRECT, read_graph
from boardwright.audit.inlines import inline_uses
from boardwright.audit.references import HEADERS, References, Symbols, references
from boardwright.audit.rule1 import Program, Proof, proofs
from boardwright.plan.wiring import wiring
from boardwright.verify.elf import object_symbols

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from boardwright.audit.callgraph import Function
    from boardwright.model import Board, Instance
    from boardwright.plan.ir import Plan, SourceFile
    from boardwright.plan.wiring import Wiring

OPTIONS = (
    "-fcallgraph-info=su,da -fno-inline-small-functions -fno-inline-functions "
    "-fno-inline-functions-called-once -fno-optimize-sibling-calls"
)
"""Calls stay calls, so that a path has every function its source has."""


@dataclass(frozen=True, slots=True)
class TopHalf:
    """A handler that runs in the interrupt itself; `outside` is what else it calls."""

    instance: str
    handler: str
    outside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found."""

    board: str
    proofs: tuple[Proof, ...]
    references: tuple[References, ...]
    top_halves: tuple[TopHalf, ...]

    @property
    def clean(self) -> bool:
        """Whether everything is proven and nothing refused."""
        return (
            all(proof.proven for proof in self.proofs)
            and not any(each.refused for each in self.references)
            and not any(each.outside for each in self.top_halves)
        )


def object_files(plan: Plan) -> tuple[str, ...]:
    """What make has to make, below the object directory."""
    return tuple(source.object for source in plan.sources)


def audit_board(board: Board, plan: Plan, objects: Path, runtime: Path) -> Audit:
    """Audit the compiled `objects` of a plan."""
    image = wiring(board)
    files = [each for each in plan.sources if each.path.endswith(".c")]
    graph = read_graph(
        {
            (objects / each.object).with_suffix(".ci"): each.path.partition("/")[0]
            for each in files
        },
        {f"{root.default}/": f"{os.path.relpath(root.directory)}/" for root in plan.roots},
    )
    program = Program(image, graph, inline_uses(board.hils.values()))
    return Audit(
        board=plan.title,
        proofs=tuple(proofs(program)),
        references=tuple(_references(image, plan, objects, runtime)),
        top_halves=tuple(_top_halves(image.instances, graph)),
    )


def _references(
    image: Wiring, plan: Plan, objects: Path, runtime: Path
) -> Iterator[References]:
    symbols: dict[SourceFile, Symbols] = {}
    for source in plan.sources:
        symbols[source] = Symbols(*object_symbols(objects / source.object))
    library = frozenset().union(
        *(found.defined for each, found in symbols.items() if each.path.startswith("lib/"))
    )
    chip = _of(image.board.chip.sources, symbols)  # what its drivers share, as its clocks
    granted: dict[str, set[str]] = {}
    for instance in image.instances:
        granted.setdefault(instance.component.name, set()).update(instance.granted)
    components = {each.component.name: each.component for each in image.instances}
    for name in sorted(components):
        component = components[name]
        if component.room in HEADERS:
            own = _of(component.sources, symbols)
            shared = [library, *(each.defined for each in chip if component.room == "chips")]
            yield references(component, granted[name], own, frozenset().union(*shared), runtime)


def _of(sources: tuple[str, ...], symbols: Mapping[SourceFile, Symbols]) -> tuple[Symbols, ...]:
    return tuple(
        found
        for each, found in symbols.items()
        if any(path.endswith(each.path) for path in sources)
    )


def _top_halves(
    instances: tuple[Instance, ...], graph: Mapping[str, Function]
) -> Iterator[TopHalf]:
    for instance in instances:
        for bound in instance.interrupts.values():
            if bound.interrupt.top:
                handler = bound.interrupt.handler
                prefix = f"{instance.component.name}_"
                yield TopHalf(
                    instance.id, handler, tuple(calls_outside(handler, prefix, graph))
                )


def calls_outside(handler: str, prefix: str, graph: Mapping[str, Function]) -> Iterator[str]:
    """The calls that leave the component and are not the architecture's."""
    seen, todo = {handler}, [handler]
    while todo:
        name = todo.pop()
        if name not in graph:
            yield f"{name} is not in the image"
            continue
        for site in graph[name].calls:
            own = site.target.startswith(prefix) or ":" in site.target
            theirs = not own and not site.target.startswith(("arch_", "__"))
            if theirs or site.target == INDIRECT:
                what = "through a pointer" if site.target == INDIRECT else site.target
                yield f"{what} at {site.place}"
            elif own and site.target not in seen:
                seen.add(site.target)
                todo.append(site.target)
