# SPDX-License-Identifier: MIT OR Apache-2.0
"""Arguments that put a part into the emulator, with their places filled in, but `{file}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.descriptors import PLACE
from boardwright.load.nodes import Mapping, Scalar
from boardwright.resolve.edge_ports import edge_parameters
from boardwright.units import UNITS, spelled

if TYPE_CHECKING:
    from fractions import Fraction

    from boardwright.model import Value
    from boardwright.resolve.evaluate import Evaluator
    from boardwright.resolve.world import Draft, DraftEdge, World


class Emulated:
    """Fills the arguments of instances."""

    def __init__(self, world: World, evaluator: Evaluator) -> None:
        self.world = world
        self.evaluator = evaluator

    def arguments(self, draft: Draft) -> tuple[str, ...]:
        """The arguments of one instance; none of them after a report.

        Where its file will be is known when it is run: `{file}` stays as it is.
        """
        values = {"id": draft.id, "file": "{file}"}
        for place in draft.component.emulator_places:
            if place not in values:
                value = self._value(draft, place)
                if value is None:
                    return ()
                values[place] = value
        return tuple(
            PLACE.sub(lambda found: values[found[1]], word) for word in draft.component.emulator
        )

    def _value(self, draft: Draft, place: str) -> str | None:
        """A parameter; an edge's, else what the chip says of the peripheral at its end."""
        port, dot, name = place.partition(".")
        if not dot:
            given = draft.values.get(place)
            return None if given is None else _written(given)  # it was reported
        edge = next((each for each in draft.edges if each.port == port), None)
        if edge is None:
            if draft.component.requires[port].optional and port not in draft.settings:
                self._missing(draft, port, f"'{draft.id}' in the emulator")
            return None
        known = self.evaluator.edge_parameters
        value = known(draft, edge).get(name) if known else None
        if value is not None:
            return _written(value)
        if name in edge_parameters(self.world.library, edge.interfaces):
            return None  # it was reported
        root = self._root(edge)
        node = root.chip.get("emulator") if root and root.chip else None
        fact = node.get(name) if isinstance(node, Mapping) else None
        if isinstance(fact, Scalar) and not fact.empty:
            return fact.text
        if root is not None:
            self._missing(draft, f"emulator: {name}", f"'{root.id}', which '{draft.id}' uses,")
        return None

    def _missing(self, draft: Draft, key: str, owner: str) -> None:
        self.world.diagnostics.report("0208", draft.span, owner=owner, key=key, hint="")

    def _root(self, edge: DraftEdge) -> Draft | None:
        """The instance behind all that hands on; None where the way is broken."""
        seen: set[str] = set()
        while edge.provider in self.world.drafts and edge.provider not in seen:
            seen.add(edge.provider)
            draft = self.world.drafts[edge.provider]
            through = draft.component.provides[edge.provided].through
            if through is None:
                return draft
            behind = next((each for each in draft.edges if each.port == through), None)
            if behind is None:
                return None
            edge = behind
        return None


def _written(value: Value) -> str:
    """A value as an emulator takes it: a bare number in its unit, a word, on or off."""
    if isinstance(value.value, bool):
        return "on" if value.value else "off"
    if isinstance(value.value, str):
        return value.value
    number: Fraction = value.value
    if value.type.unit is not None:
        number /= UNITS[value.type.kind][value.type.unit]
    return spelled(number, "")
