# SPDX-License-Identifier: MIT OR Apache-2.0
"""TRD3 rule 1 for a whole board: no call down an edge leads to a call back up it.

The walk is over (instance, function): a call through a pointer is resolved by the line of
the HIL's header that it stands on and by the plan's edges. What runs from an interrupt or
a deferred call is not called from there, so it is where a path ends.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from boardwright.audit.callgraph import INDIRECT, Site
from boardwright.model import KERNEL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from boardwright.audit.callgraph import Function
    from boardwright.audit.inlines import Use
    from boardwright.model import Edge
    from boardwright.plan.wiring import Wiring

Node = tuple[str, str]
"""An instance and a function that runs on its behalf."""


@dataclass(frozen=True, slots=True)
class Step:
    """A function on a path, where it is, and where it calls the next one ("" at the end).

    A call of a HIL stands in its header.
    """

    instance: str
    function: str
    place: str
    call: str


@dataclass(frozen=True, slots=True)
class Proof:
    """One interface of one edge.

    `path` leads from an operation to the call back that it must not make, empty where
    there is none. `unknown` are calls on the way whose target is not known, as
    `function at file:line`: with one of them nothing is proven.
    """

    edge: Edge
    interface: str
    provider: str
    operations: tuple[str, ...]
    path: tuple[Step, ...]
    unknown: tuple[str, ...]

    @property
    def proven(self) -> bool:
        """Whether no operation can call back."""
        return not self.path and not self.unknown


@dataclass(frozen=True, slots=True)
class Program:
    """The compiled code of a board with what resolves its calls."""

    wiring: Wiring
    functions: Mapping[str, Function]
    uses: Mapping[tuple[str, int], Use]

    def use(self, site: Site) -> Use | None:
        """What a call through a pointer calls, by the line it stands on."""
        file, _, line = site.place.rpartition(":")
        for (header, number), use in self.uses.items():
            if str(number) == line and file.endswith(f"/{header}"):
                return use
        return None

    def targets(self, node: Node, site: Site) -> list[Node] | None:
        """Where a call leads; None if that is not known."""
        instance, _ = node
        if site.target != INDIRECT:
            if site.target in self.functions:
                kernel = self.functions[site.target].room == KERNEL
                return [(KERNEL if kernel else instance, site.target)]
            return [] if site.target.startswith("__") else None  # the compiler's own
        use = self.use(site)
        if use is None:
            return None
        found = list(self._above(instance, use) if use.up else self._below(instance, use))
        return found if all(name in self.functions for _, name in found) else None

    def _below(self, instance: str, use: Use) -> Iterator[Node]:
        board = self.wiring.board
        for edge in self._callable(instance):
            if use.interface in edge.requirement.wired:
                provider = self.wiring.route(edge, use.interface).provider
                yield provider, f"{board.instance(provider).component.name}_{use.name}"

    def _callable(self, instance: str) -> Iterator[Edge]:
        """An instance's own edges, and the ports that edges it serves point at."""
        yield from self.wiring.requires(instance)
        component = self.wiring.board.instance(instance).component.name
        for other in self.wiring.instances:
            for edge in self.wiring.requires(other.id):
                if edge.ports and component in self.wiring.seers(edge):
                    yield from edge.ports.values()

    def _above(self, instance: str, use: Use) -> Iterator[Node]:
        for other in self.wiring.instances:
            for edge in self.wiring.requires(other.id):
                if (
                    use.interface in edge.requirement.wired
                    and self.wiring.route(edge, use.interface).provider == instance
                ):
                    yield other.id, edge.requirement.handles[use.name]


def proofs(program: Program) -> Iterator[Proof]:
    """One for each edge and interface that is called back over."""
    board = program.wiring.board
    for instance in program.wiring.instances:
        for edge in program.wiring.requires(instance.id):
            for name in edge.requirement.wired:
                members = board.interface(name).client_members
                if members:
                    handlers = {edge.requirement.handles[member] for member in members}
                    yield _proof(program, edge, name, frozenset(handlers))


def _proof(program: Program, edge: Edge, name: str, handlers: frozenset[str]) -> Proof:
    board = program.wiring.board
    provider = program.wiring.route(edge, name).provider
    component = board.instance(provider).component.name
    operations = tuple(board.interface(name).operations)
    forbidden = frozenset((edge.client, handler) for handler in handlers)
    unknown: dict[str, None] = {}
    path: tuple[Step, ...] = ()
    for operation in operations:
        start = (provider, f"{component}_{operation}")
        path = path or _path(program, start, forbidden, unknown)
    return Proof(edge, name, provider, operations, path, tuple(unknown))


def _path(
    program: Program, start: Node, forbidden: frozenset[Node], unknown: dict[str, None]
) -> tuple[Step, ...]:
    """The shortest way from a function to one of `forbidden`; adds to `unknown`."""
    if start[1] not in program.functions:
        unknown[f"{start[1]} is not in the image"] = None
        return ()
    came: dict[Node, tuple[Node, str] | None] = {start: None}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        if node in forbidden:
            return _steps(program, node, came)
        for site in program.functions[node[1]].calls:
            targets = program.targets(node, site)
            if targets is None:
                what = "a call through a pointer" if site.target == INDIRECT else site.target
                unknown[f"{what} at {site.place}"] = None
            for target in targets or ():
                if target not in came:
                    came[target] = (node, site.place)
                    queue.append(target)
    return ()


def _steps(
    program: Program, end: Node, came: Mapping[Node, tuple[Node, str] | None]
) -> tuple[Step, ...]:
    steps: list[Step] = []
    at: tuple[Node, str] | None = (end, "")
    while at is not None:
        (instance, name), call = at
        function = program.functions[name]
        steps.append(Step(instance, function.shown, function.place, call))
        at = came[instance, name]
    return tuple(reversed(steps))
