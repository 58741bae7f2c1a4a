# SPDX-License-Identifier: MIT OR Apache-2.0
"""Ports to edges: every required port of every instance is given its targets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from boardwright.diagnostics import listed
from boardwright.load.nodes import Mapping, Node, Scalar, Sequence, shape
from boardwright.model import KERNEL
from boardwright.resolve.app_ports import connect_application
from boardwright.resolve.edge_ports import edge_parameters, port_requirement
from boardwright.resolve.references import References, Target
from boardwright.resolve.world import DraftEdge, check_length

if TYPE_CHECKING:
    from collections.abc import Iterable

    from boardwright.descriptors import Requirement
    from boardwright.resolve.apps import DraftApp
    from boardwright.resolve.world import Draft, World


def connect(world: World, apps: Iterable[DraftApp]) -> None:
    """Give every drafted instance its edges, and those that drafting them brings in."""
    connector = Connector(world)
    connector.connect_all()
    for app in apps:
        connect_application(app, connector)
    connector.connect_all()
    connector.references.check_unused_names()
    world.report_unknown(connector.references.offered)


class Connector:
    """Follows the targets of ports; `done` are the instances that have their edges."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.references = References(world)
        self.diagnostics = world.diagnostics
        self.done: set[str] = set()

    def connect_all(self) -> None:
        """Connect what is drafted, and what that drafts."""
        while pending := [name for name in self.world.drafts if name not in self.done]:
            for name in pending:
                self.done.add(name)
                self._connect(self.world.drafts[name])

    def _connect(self, draft: Draft) -> None:
        for requirement in draft.component.requires.values():
            entry = draft.settings.get(requirement.port)
            node = entry.value if entry else None
            if not requirement.interfaces:
                continue  # none of them is declared anywhere: reported in the descriptor
            if node is None or (isinstance(node, Scalar) and node.empty):
                self._absent(draft, requirement)
            elif requirement.list is not None:
                self._list(draft, requirement, node)
            else:
                self.single(draft, requirement, node)

    def single(
        self, draft: Draft, requirement: Requirement, node: Node, app: str | None = None
    ) -> None:
        """The edge of a port that takes one target, or of its stand-in for an application."""
        if isinstance(node, Sequence):
            problem = "takes one target, not a list"
            first = next((each.text for each in node.items if isinstance(each, Scalar)), "")
            hint = f"{requirement.port}: {first or '{...}'}"
            self.diagnostics.report(
                "0209", node.span, what=requirement.port, problem=problem, hint=hint
            )
            self.world.kernel_in_doubt |= draft.id == KERNEL
            return
        tail = "" if app is None else f"_{app.replace('-', '_')}"
        targets = self._targets(draft, requirement, node, tail)
        self.world.kernel_in_doubt |= draft.id == KERNEL and not targets
        for target in targets:
            edge = self._edge(draft, requirement, target, None)
            self._add(draft, replace(edge, application=app))

    def _absent(self, draft: Draft, requirement: Requirement) -> None:
        if requirement.optional or (requirement.list and requirement.list.min == 0):
            return
        offers = [
            name
            for name in self.references.offers(requirement.interfaces)
            if name.partition(".")[0] != draft.id
        ]
        port = requirement.port
        draft.uncounted.add(port)
        form = f"[{offers[0]}]" if requirement.list and offers else "".join(offers[:1])
        hint = f"{port}: {form}" if offers else "nothing on this board offers it"
        if len(offers) > 1:
            hint += f"  (offered by {listed(offers)})"
        makers = [] if offers else self.references.makers(requirement.interfaces)
        if makers:
            made = f"{{kind: {makers[0]}}}"
            hint = f"{port}: {f'[{made}]' if requirement.list else made}"
        if len(makers) > 1:
            hint += f"  (made by {listed(makers)})"
        self.diagnostics.report(
            "0307",
            draft.span,
            instance=draft.id,
            port=port,
            interfaces=", ".join(requirement.interfaces),
            hint=hint,
        )

    def _list(self, draft: Draft, requirement: Requirement, node: Node) -> None:
        port, spec = requirement.port, requirement.list
        assert spec is not None
        if not isinstance(node, Sequence):
            hint = f"{port}: [{node.text}]" if isinstance(node, Scalar) else f"{port}: [...]"
            problem = f"takes a list, not {shape(node)}"
            self.diagnostics.report("0209", node.span, what=port, problem=problem, hint=hint)
            draft.uncounted.add(port)
            return
        edges: list[DraftEdge] = []
        complete = True
        for item in node.items:
            targets = self._targets(draft, requirement, item, f"_{len(edges)}")
            complete = complete and bool(targets)
            for each in targets:
                edges.append(self._edge(draft, requirement, each, len(edges)))
        for edge in edges:
            self._add(draft, edge)
        if not complete:
            draft.uncounted.add(port)
        else:
            check_length(node, port, len(edges), spec, self.world)

    def _targets(
        self, draft: Draft, requirement: Requirement, node: Node, tail: str
    ) -> list[Target]:
        if isinstance(node, Mapping) and "kind" in node and "to" not in node:
            made = self._private(draft, requirement, node, tail)
            if made is None:
                return []
            # From here on it is referred to like any other instance, by its own id.
            node = Scalar(made.id, node.span)
        spread = requirement.list is not None
        self.references.asker = draft.id
        return self.references.targets(node, requirement.interfaces, spread)

    def _private(
        self, draft: Draft, requirement: Requirement, node: Mapping, tail: str
    ) -> Draft | None:
        name = f"{draft.id}_{requirement.port}{tail}"
        span = node.entries["kind"].value.span
        if name in self.world.ids or name in self.world.broken:
            taken = self.world.drafts.get(name)
            related = [(taken.span, "first used here")] if taken else []
            problem = "is the id this instance made in place would get, and is taken"
            self.diagnostics.report(
                "0304", span, name=name, problem=problem, hint="", related=related
            )
            return None
        owner = (draft.id, requirement.port)
        return self.world.add(name, draft.section, dict(node.entries), span, owner=owner)

    def _edge(
        self, draft: Draft, requirement: Requirement, target: Target, position: int | None
    ) -> DraftEdge:
        return DraftEdge(
            client=draft.id,
            port=requirement.port,
            position=position,
            application=None,
            interfaces=requirement.interfaces,
            provider=target.provider,
            provided=target.provided,
            element=target.element,
            settings=target.settings,
            text=target.text,
            span=target.span,
            requirement=requirement,
        )

    def _add(self, draft: Draft, edge: DraftEdge) -> None:
        """Keep an edge, and follow those of its parameters that are ports."""
        draft.edges.append(edge)
        if draft.component.hands_on(edge.port):
            return  # it has no parameters of its own: 0315
        for parameter in edge_parameters(self.world.library, edge.interfaces).values():
            entry = edge.settings.get(parameter.name)
            if not parameter.type.interfaces or entry is None:
                continue
            tail = "" if edge.position is None else f"_{edge.position}"
            requirement = port_requirement(parameter, f"{edge.port}{tail}_{parameter.name}")
            for target in self._targets(draft, requirement, entry.value, ""):
                inner = self._edge(draft, requirement, target, None)
                edge.ports[parameter.name] = replace(inner, inner=True)
                self._add(draft, edge.ports[parameter.name])
