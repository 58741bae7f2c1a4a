# SPDX-License-Identifier: MIT OR Apache-2.0
"""Draft edges to edges: parameters from the HIL, narrowed at both ends; indices."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from boardwright.diagnostics import either, listed, meant, suggestion
from boardwright.expressions import UnknownNameError
from boardwright.load.nodes import Mapping, Scalar
from boardwright.load.values import in_bounds, read_value
from boardwright.model import Edge, Rate, Value
from boardwright.resolve.edge_ports import port_index
from boardwright.resolve.members import member
from boardwright.resolve.origins import default_origin, origins
from boardwright.resolve.rates import AskedRate, check_rate
from boardwright.resolve.references import References
from boardwright.units import spelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boardwright.descriptors import (
        EdgeParameter,
        Exact,
        Hil,
        Narrowing,
        Provision,
        Type,
    )
    from boardwright.load.nodes import Entry
    from boardwright.resolve.evaluate import Evaluator
    from boardwright.resolve.world import Draft, DraftEdge, World
    from boardwright.span import Span


class Edges:
    """Builds the edges of an image, client by client in the order of board.c."""

    def __init__(self, world: World, evaluator: Evaluator) -> None:
        self.world = world
        self.evaluator = evaluator
        self.diagnostics = world.diagnostics
        self._clients: Counter[tuple[str, str]] = Counter()
        self._kept: dict[int, dict[str, Value]] = {}
        evaluator.edge_parameters = self.parameters

    def edges(self, draft: Draft) -> list[Edge]:
        """The edges an instance is the client of, each before those of its parameters."""
        found: list[Edge] = []
        for edge in draft.edges:
            if edge.provider in self.world.drafts and not edge.inner:
                self._add(draft, edge, found)
        return found

    def _add(self, draft: Draft, edge: DraftEdge, found: list[Edge]) -> Edge:
        """Build an edge and its inner ones; it stands before them."""
        inner: list[Edge] = []
        index = self._index(edge)
        ports = {
            name: self._add(draft, each, inner)
            for name, each in edge.ports.items()
            if each.provider in self.world.drafts
        }
        made = self._edge(draft, edge, index, ports)
        found += [made, *inner]
        return made

    def parameters(self, draft: Draft, edge: DraftEdge) -> dict[str, Value]:
        """The values of an edge's parameters, each reported once."""
        if id(edge) not in self._kept:
            hil = self.world.library.hil(edge.hil)
            self._kept[id(edge)] = self._values(draft, edge, hil) if hil else {}
        return self._kept[id(edge)]

    def _edge(self, draft: Draft, edge: DraftEdge, index: int, ports: dict[str, Edge]) -> Edge:
        hil = self.world.library.hil(edge.hil)
        values = self.parameters(draft, edge)
        stem = hil.name if hil else ""
        members = [member(value, stem, self.diagnostics) for value in values.values()]
        self._check_where(draft, edge)
        return Edge(
            client=edge.client,
            port=edge.port,
            position=edge.position,
            application=edge.application,
            interfaces=edge.interfaces,
            provider=edge.provider,
            provided=edge.provided,
            element=edge.element,
            index=index,
            values=values,
            members=tuple(each for each in members if each is not None),
            span=edge.span,
            requirement=edge.requirement,
            ports=ports,
            dynamic=any(each.dynamic for each in edge.requirement.edge.values()),
            rates=self._rates(edge, values),
        )

    def _rates(self, edge: DraftEdge, values: dict[str, Value]) -> dict[str, Rate]:
        """What those behind an edge make of its rates; 0406 and 0412."""
        found: dict[str, Rate] = {}
        for draft, provision in self._providers(edge):
            for name, narrowing in provision.edge.items():
                value = values.get(name)
                if narrowing.achieved is None or value is None or name in found:
                    continue
                if not isinstance(value.value, Fraction):
                    continue
                given = {name: value.value}
                try:
                    rate = self.evaluator.expression(draft, narrowing.achieved, None, given)
                except (UnknownNameError, ZeroDivisionError):
                    continue
                found[name] = Rate(rate, narrowing.tolerance)
                what = f"{edge.client}.{edge.port}.{name}"
                asked = AskedRate(what, value, narrowing.tolerance, at_most=True)
                how = (narrowing.span, f"achieved: {narrowing.achieved.text}")
                check_rate(asked, rate, how, self.diagnostics)
        return found

    def _index(self, edge: DraftEdge) -> int:
        if edge.element is not None:
            return edge.element
        provision = self.world.drafts[edge.provider].component.provides[edge.provided]
        shared = [
            name
            for name in edge.interfaces
            if name in provision.served and provision.capacity[name] != 1
        ]
        if not shared:
            return port_index(self.world.drafts[edge.provider].component, edge.provided)
        key = (edge.provider, edge.provided)
        self._clients[key] += 1
        return self._clients[key] - 1

    def _check_where(self, draft: Draft, edge: DraftEdge) -> None:
        """0324: the component's condition on what it is connected to."""
        where = edge.requirement.where
        if where is None:
            return
        try:
            met = self.evaluator.expression(draft, where, edge.port)
        except (UnknownNameError, ZeroDivisionError) as error:
            if type(error) is UnknownNameError:
                return
            found = str(error) or "it cannot be computed"
        else:
            if met:
                return
            found = self._facts(draft, edge, where.names)
        self.diagnostics.report(
            "0324",
            edge.span,
            target=edge.text,
            instance=draft.id,
            port=edge.port,
            condition=where.text,
            found=found,
            hint=_others(self.world, edge),
            related=[(where.span, "the condition")],
        )

    def _facts(self, draft: Draft, edge: DraftEdge, names: tuple[str, ...]) -> str:
        hil = self.world.library.hil(edge.hil)
        words = []
        for name in names:
            told = hil is not None and name in hil.facts
            if hil is not None and told:
                value = self.evaluator.told(edge, name)
                words.append(f"{name} is {spelled(value, hil.facts[name].kind)}")
            else:
                words.append(f"{name} is {spelled(self.evaluator.value(draft, name), '')}")
        return ", ".join(words)

    def _values(self, draft: Draft, edge: DraftEdge, hil: Hil) -> dict[str, Value]:
        params = hil.edge.params if hil.edge else {}
        # What hands a port on carries its clients' parameters, it has none of its own.
        handed_on = draft.component.hands_on(edge.port)
        misspelt: set[str] = set()
        for key, entry in edge.settings.items():
            if key not in params:
                misspelt.add(meant(key, params.keys() - self._beside(edge, entry)))
                hint = suggestion(key, params) or self._set_elsewhere(draft, edge, key)
                self.diagnostics.report(
                    "0316",
                    entry.key.span,
                    interfaces=listed(edge.interfaces),
                    key=key,
                    hint=hint,
                )
            elif handed_on:
                self.diagnostics.report("0315", entry.key.span, key=key, instance=draft.id)
        values: dict[str, Value] = {}
        for parameter in () if handed_on else params.values():
            if parameter.name in misspelt:
                continue  # it is given, under another name
            value = self._value(draft, edge, parameter)
            if value is not None:
                values[parameter.name] = value
        return values

    def _beside(self, edge: DraftEdge, entry: Entry) -> set[str]:
        """What is set where a setting is written: a name may set what its user sets anew."""
        name = self.world.names.get(edge.text)
        own = list(name.value) if name and isinstance(name.value, Mapping) else []
        of_name = any(each is entry for each in own)
        return {
            key
            for key, other in edge.settings.items()
            if of_name or not any(each is other for each in own)
        }

    def _set_elsewhere(self, draft: Draft, edge: DraftEdge, key: str) -> str:
        """The way out for a parameter of an edge that has none."""
        for each in (self.world.drafts[edge.provider], draft):
            if key in each.component.params:
                return f"'{key}' is a setting of '{each.id}' itself"
        return f"edges of {listed(edge.interfaces)} have no settings:  {edge.port}: {edge.text}"

    def _value(self, draft: Draft, edge: DraftEdge, parameter: EdgeParameter) -> Value | None:
        name, entry = parameter.name, edge.settings.get(parameter.name)
        if parameter.type.kind in ("path", "region"):
            what = f"edge parameters that are paths or regions ('{name}')"
            self.diagnostics.report("0801", edge.span, what=what, hint="")
            return None
        own = edge.requirement.edge.get(name)
        narrowings = [own] if own is not None else []
        narrowings += self._providers_narrowings(edge, name)
        if parameter.type.kind == "port":
            if entry is None:  # else it was followed when edges were drafted
                self._missing(draft, edge, parameter, own)
            return None
        value: Exact | None = None
        span, given = edge.span, entry is not None
        if entry is not None:
            span = entry.value.span
            value = read_value(entry.value, parameter.type, name, self.diagnostics)
            if value is None:
                return None
        else:
            value = self._default(parameter, narrowings)
        if value is None:
            self._missing(draft, edge, parameter, own)
            return None
        if not self._in_bounds(draft, edge, parameter, narrowings, value, span):
            return None
        told = [Scalar(n.default, n.span) for n in narrowings if n.default is not None]
        history = origins(
            entry.value if entry is not None else None,
            *told,
            default=default_origin(parameter.default, parameter.type, parameter.span),
        )
        return Value(name, parameter.type, value, given, span, history)

    def _providers_narrowings(self, edge: DraftEdge, name: str) -> list[Narrowing]:
        """How the provider limits a parameter, and all behind it that it hands on to."""
        provisions = [provision for _, provision in self._providers(edge)]
        return [each.edge[name] for each in provisions if name in each.edge]

    def _providers(self, edge: DraftEdge) -> Iterator[tuple[Draft, Provision]]:
        """Who serves an edge, and all behind it that it is handed on to."""
        seen: set[str] = set()
        at: DraftEdge | None = edge
        while at is not None and at.provider in self.world.drafts and at.provider not in seen:
            seen.add(at.provider)
            draft = self.world.drafts[at.provider]
            provision = draft.component.provides[at.provided]
            yield draft, provision
            at = next((each for each in draft.edges if each.port == provision.through), None)

    def _missing(
        self, draft: Draft, edge: DraftEdge, parameter: EdgeParameter, own: Narrowing | None
    ) -> None:
        """0317 for a parameter that is not given, unless all sides do without it."""
        related = []
        if parameter.optional and (own is None or own.optional is not False):
            other = self._other_on_bus(edge) if parameter.unique else None
            if other is None:
                return
            related = [(other.span, f"'{other.client}' is on the same bus")]
        self.diagnostics.report(
            "0317",
            edge.span,
            instance=draft.id,
            port=edge.port,
            key=parameter.name,
            before=f"{edge.port}: " if edge.position is None else "",
            target=edge.text,
            related=related,
        )

    def _other_on_bus(self, edge: DraftEdge) -> DraftEdge | None:
        """Another edge of the image onto the bus that an edge leads to."""
        bus = self._bus(edge)
        for name in self.evaluator.image:
            draft = self.world.drafts[name]
            for other in draft.edges:
                apart = other is not edge and not draft.component.hands_on(other.port)
                if apart and other.hil == edge.hil and self._bus(other) == bus:
                    return other
        return None

    def _bus(self, edge: DraftEdge) -> tuple[str, str]:
        """The port at the end of what hands an edge on."""
        ends = [(draft.id, provision.port) for draft, provision in self._providers(edge)]
        return ends[-1] if ends else (edge.provider, edge.provided)

    def _default(self, parameter: EdgeParameter, narrowings: list[Narrowing]) -> Exact | None:
        for narrowing in narrowings:
            if narrowing.default is not None:
                node = Scalar(narrowing.default, narrowing.span)
                return read_value(node, parameter.type, parameter.name, self.diagnostics)
        return parameter.default

    def _in_bounds(  # noqa: PLR0913, PLR0917 - one value and all that limits it
        self,
        draft: Draft,
        edge: DraftEdge,
        parameter: EdgeParameter,
        narrowings: list[Narrowing],
        value: Exact,
        span: Span,
    ) -> bool:
        """Whether both ends take a value; 0205 or 0206 if not."""
        type_ = parameter.type
        limits: list[tuple[Fraction | None, Fraction | None, Span]] = [
            (
                self._bound(edge, type_, type_.min),
                self._bound(edge, type_, type_.max),
                parameter.span,
            ),
            *(
                (
                    self._bound(edge, type_, each.min),
                    self._bound(edge, type_, each.max),
                    each.span,
                )
                for each in narrowings
            ),
        ]
        for least, most, where in limits:
            if not in_bounds(
                value,
                type_.kind,
                least,
                most,
                what=parameter.name,
                span=span,
                diagnostics=self.diagnostics,
                related=((where, "its bounds"),),
            ):
                return False
        for each in narrowings:
            if each.of and str(value) not in each.of:
                known = f"{either(each.of)} for '{draft.component.name}'"
                self.diagnostics.report(
                    "0205", span, what=parameter.name, found=value, known=known
                )
                return False
        return True

    def _bound(
        self, edge: DraftEdge, type_: Type, bound: Fraction | str | None
    ) -> Fraction | None:
        """A bound as a number: itself, a text of the type, or a fact of the edge."""
        if bound is None or isinstance(bound, Fraction):
            return bound
        if bound[:1].isalpha():
            try:
                return self.evaluator.told(edge, bound)
            except (UnknownNameError, ZeroDivisionError):
                return None
        value = read_value(Scalar(bound, edge.span), type_, "bound", self.diagnostics)
        return value if isinstance(value, Fraction) else None


def _others(world: World, edge: DraftEdge) -> str:
    """What else offers the interfaces of an edge, whether it meets a condition or not."""
    offers = References(world).offers(edge.interfaces)
    others = [each for each in offers if each.partition(".")[0] != edge.provider]
    return f"{listed(edge.interfaces)}: also offered by {listed(others)}" if others else ""
