# SPDX-License-Identifier: MIT OR Apache-2.0
"""Numbers that flow: parameters, clocks, derived values, facts through edges."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from boardwright.expressions import Scope, UnknownNameError, evaluate
from boardwright.load.expression_rules import PAD_NUMBERS
from boardwright.resolve.edge_ports import edge_parameters
from boardwright.resolve.pads import Pads

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from boardwright.expressions import Expression, Mask
    from boardwright.model import Region, Value
    from boardwright.resolve.world import Draft, DraftEdge, World


class AbsentError(UnknownNameError):
    """A fact of an optional port that is not connected: the value is 0, unbounded."""


class UntoldError(UnknownNameError):
    """The provider does not tell this fact; the argument is a sentence."""


class CircularError(UnknownNameError):
    """A value that needs itself."""


class Evaluator:
    """Evaluates expressions of drafts. Every result is exact and kept."""

    def __init__(self, world: World, image: list[str], clocks: dict[str, Fraction]) -> None:
        self.world = world
        self.image = image
        self.clocks = clocks
        self.pads = Pads(world)
        self.layout: dict[str, Fraction] = {}
        self.regions: Mapping[tuple[str, str], Region] = {}
        self.edge_parameters: Callable[[Draft, DraftEdge], dict[str, Value]] | None = None
        self._kept: dict[tuple[str, str], Fraction] = {}
        self._open: set[tuple[str, str]] = set()

    def expression(
        self,
        draft: Draft,
        expression: Expression,
        port: str | None = None,
        given: Mapping[str, Fraction] | None = None,
    ) -> Fraction:
        """The value in the instance's scope, `given` and facts of `port` as bare names first.

        Raises UnknownNameError and its kinds, ZeroDivisionError.
        """

        def value(name: str) -> Fraction:
            if given is not None and name in given:
                return given[name]
            if port is not None and self._is_fact(draft, port, name):
                return self.fact(draft, port, name)
            return self.value(draft, name)

        def size(function: str, name: str) -> Fraction:
            return Fraction(self._clients(draft, name, function))

        def mask(asked: Mask) -> Fraction:
            return self._mask(draft, asked)

        return evaluate(expression.tree, Scope(value, size, mask))

    def value(self, draft: Draft, name: str) -> Fraction:
        """A name in an instance's scope."""
        key = (draft.id, name)
        if key in self._kept:
            return self._kept[key]
        if key in self._open:
            raise CircularError(name)
        self._open.add(key)
        try:
            self._kept[key] = self._value(draft, name)
        finally:
            self._open.discard(key)
        return self._kept[key]

    def _value(self, draft: Draft, name: str) -> Fraction:
        if name in self.layout:
            return self.layout[name]
        if "." in name:
            port, _, fact = name.partition(".")
            if port in draft.regions:
                return self._region(draft, port, fact)
            if port in draft.component.signals:
                return self._pad(draft, port, fact)
            return self.fact(draft, port, fact)
        if name in draft.component.clocks:
            return self.clock(draft, name)
        if name in draft.component.derived:
            return self.expression(draft, draft.component.derived[name].expression)
        given = draft.values.get(name)
        if given is None or not isinstance(given.value, Fraction):
            raise UnknownNameError(name)
        return given.value

    def _region(self, draft: Draft, name: str, what: str) -> Fraction:
        """`start` and `size` of a region that a parameter names, in bytes."""
        region = self.regions.get((draft.id, name))
        if region is None or what not in {"start", "size"}:
            raise UnknownNameError(f"{name}.{what}")
        return Fraction(region.at if what == "start" else region.size)

    def _pad(self, draft: Draft, signal: str, what: str) -> Fraction:
        """A number of the pad that a signal is on: see `PAD_NUMBERS`."""
        pad = self.pads.of(draft).get(signal)
        if pad is None or what not in PAD_NUMBERS:
            raise UnknownNameError(f"{signal}.{what}")
        return Fraction({"pad": pad.element, "group": pad.group}.get(what, pad.function))

    def clock(self, draft: Draft, name: str) -> Fraction:
        """The frequency of a clock input, in Hz."""
        bound = bound_clock(draft, name)
        if bound is None or bound not in self.clocks:
            raise UnknownNameError(name)
        return self.clocks[bound]

    def fact(self, draft: Draft, port: str, fact: str) -> Fraction:
        """What the provider behind a port tells."""
        own = (each for each in draft.edges if each.application is None)
        edge = next((each for each in own if each.port == port), None)
        if edge is None:
            requirement = draft.component.requires.get(port)
            if requirement and requirement.optional and port not in draft.settings:
                raise AbsentError(f"{port}.{fact}")
            raise UnknownNameError(f"{port}.{fact}")
        if fact in edge_parameters(self.world.library, edge.interfaces):
            return self._given(draft, edge, fact)
        return self.told(edge, fact)

    def _given(self, draft: Draft, edge: DraftEdge, name: str) -> Fraction:
        """A parameter of an edge, as the client's board says it."""
        given = self.edge_parameters(draft, edge).get(name) if self.edge_parameters else None
        if given is None or not isinstance(given.value, Fraction):
            raise UnknownNameError(name)
        return given.value

    def told(self, edge: DraftEdge, fact: str) -> Fraction:
        """A fact of one edge, through whatever hands it on."""
        provider = self.world.drafts.get(edge.provider)
        if provider is None:
            raise UnknownNameError(fact)
        provision = provider.component.provides[edge.provided]
        if fact in provision.facts:
            key = (provider.id, f"{edge.provided}/{fact}")
            if key in self._open:
                raise CircularError(fact)
            self._open.add(key)
            try:
                return self.expression(provider, provision.facts[fact])
            finally:
                self._open.discard(key)
        if provision.through is not None:
            behind = next(
                (each for each in provider.edges if each.port == provision.through), None
            )
            if behind is None:
                raise UnknownNameError(fact)
            return self._told_behind(provider, behind, fact)
        raise UntoldError(f"'{edge.provider}.{edge.provided}' does not tell its {fact}")

    def _told_behind(self, provider: Draft, behind: DraftEdge, fact: str) -> Fraction:
        """A fact handed on by `provider`; unknown where it hands on its own: 0321."""
        key = (provider.id, f"through/{fact}")
        if key in self._open:
            raise UnknownNameError(fact)
        self._open.add(key)
        try:
            return self.told(behind, fact)
        finally:
            self._open.discard(key)

    def _is_fact(self, draft: Draft, port: str, name: str) -> bool:
        interfaces = draft.component.requires[port].interfaces
        hil = self.world.library.hil_of(interfaces)
        return hil is not None and name in hil.facts

    def _clients(self, draft: Draft, port: str, function: str) -> int:
        """`count(port)`: edges of a required port; `clients(port)`: of a provided one."""
        if function == "count":
            if port in draft.uncounted:
                raise UnknownNameError(port)
            own = (edge for edge in draft.edges if edge.application is None)
            return sum(1 for edge in own if edge.port == port)
        return len(self._onto(draft, port))

    def _onto(self, draft: Draft, port: str) -> list[tuple[Draft, DraftEdge]]:
        """The edges onto a provided port, with their clients."""
        return [
            (self.world.drafts[other], edge)
            for other in self.image
            for edge in self.world.drafts[other].edges
            if edge.provider == draft.id and edge.provided == port
        ]

    def _mask(self, draft: Draft, asked: Mask) -> Fraction:
        """Bit n: the edge at position n of a list, or onto element n of an array, has it."""
        word = 0
        if asked.port in draft.component.requires:
            for edge in draft.edges:
                if edge.port == asked.port and edge.application is None:
                    word |= self._holds(draft, edge, asked) << (edge.position or 0)
        else:
            for client, edge in self._onto(draft, asked.port):
                word |= self._holds(client, edge, asked) << (edge.element or 0)
        return Fraction(word)

    def _holds(self, client: Draft, edge: DraftEdge, asked: Mask) -> bool:
        if not asked.word:
            return not asked.name or asked.name in edge.interfaces
        given = (
            self.edge_parameters(client, edge).get(asked.name) if self.edge_parameters else None
        )
        return given is not None and given.value == asked.word


def bound_clock(draft: Draft, name: str) -> str | None:
    """The chip's clock that an input is bound to."""
    entry = draft.settings.get("clocks")
    bound = getattr(entry.value, "entries", {}).get(name) if entry else None
    text = getattr(bound.value, "text", None) if bound else None
    return text if isinstance(text, str) else None
