# SPDX-License-Identifier: MIT OR Apache-2.0
"""The pads that a peripheral's signals are on: the chip offers them, the board chooses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from boardwright.diagnostics import either, suggestion
from boardwright.load.nodes import Mapping, Scalar, shape
from boardwright.model import Pad
from boardwright.units import whole_number

if TYPE_CHECKING:
    from boardwright.load.nodes import Entry, Node
    from boardwright.resolve.world import Draft, World
    from boardwright.span import Span

_PAD = re.compile(r"([A-Z]+)(0|[1-9][0-9]*)")


class Pads:
    """The pads of instances, each found, and reported on, once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.diagnostics = world.diagnostics
        self._kept: dict[str, dict[str, Pad]] = {}

    def of(self, draft: Draft) -> dict[str, Pad]:
        """The pad of each signal; what is wrong is left out after a report."""
        if draft.id not in self._kept:
            self._kept[draft.id] = self._of(draft)
        return self._kept[draft.id]

    def _of(self, draft: Draft) -> dict[str, Pad]:
        known = draft.component.signals
        if not known:
            return {}
        offered = _entries(draft.chip.get("signals") if draft.chip else None)
        own = self.world.peripherals.get(draft.id)
        node = own.value.get("signals") if own and isinstance(own.value, Mapping) else None
        if node is not None and not isinstance(node, Mapping):
            found = shape(node)
            self.diagnostics.report(
                "0201", node.span, what="signals", expected="a map", found=found
            )
        chosen = _entries(node)
        owner = f"'{draft.id}' ({draft.component.name})"
        for name, entry in (*offered.items(), *chosen.items()):
            if name not in known:
                hint = suggestion(name, known)
                self.diagnostics.report(
                    "0207", entry.key.span, owner=owner, key=f"signals: {name}", hint=hint
                )
        pads = {}
        for name in known:
            if name not in offered:
                self.diagnostics.report(
                    "0208", draft.span, owner=owner, key=f"signals: {name}", hint=""
                )
                continue
            pad = self._pad(draft, name, _entries(offered[name].value), chosen.get(name))
            if pad is not None:
                pads[name] = pad
        return pads

    def _pad(
        self, draft: Draft, signal: str, offered: dict[str, Entry], chosen: Entry | None
    ) -> Pad | None:
        if chosen is not None:
            word = chosen.value
            text = word.text if isinstance(word, Scalar) else ""
            if text not in offered:
                self.diagnostics.report(
                    "0409",
                    word.span,
                    signal=signal,
                    instance=draft.id,
                    pad=text or shape(word),
                    known=either(offered),
                    related=[(draft.span, "the chip's peripheral")],
                )
                return None
            return self._at(signal, offered[text], word.span)
        if len(offered) != 1:
            first = next(iter(offered), "PA0")
            hint = f"peripherals:  {{{draft.id}: {{signals: {{{signal}: {first}}}}}}}"
            hint += f"  (it can be on {either(offered)})"
            owner = f"'{draft.id}' ({draft.component.name})"
            self.diagnostics.report(
                "0208", self._use(draft), owner=owner, key=f"signals: {signal}", hint=hint
            )
            return None
        (only,) = offered.values()
        return self._at(signal, only, only.key.span)

    def _at(self, signal: str, offer: Entry, span: Span) -> Pad | None:
        """The pad of an offer; a fault of the chip is reported there."""
        chip = self.world.chip.chip
        found = _PAD.fullmatch(offer.key.text)
        function = _number(offer.value)
        if found is None or found[1] not in chip.pins:
            known = ", ".join(chip.pins)
            hint = f"pads are letters of 'pins' and a number; there is {known}" if known else ""
            self.diagnostics.report(
                "0310", offer.key.span, name=offer.key.text, hint=hint, related=[]
            )
            return None
        if function is None:
            expected = "the pad's function number"
            self.diagnostics.report(
                "0203", offer.value.span, what=offer.key.text, expected=expected, found="this"
            )
            return None
        head, _, port = chip.pins[found[1]].partition(".")
        number = int(found[2])
        draft = self.world.draft(head)
        if draft is None or port not in draft.component.provides:
            return None  # a fault of `pins`, reported where a pad is used as a pin
        count = self.world.element_count(draft, port)
        if count is not None and number >= count:
            problem = f"has elements 0 to {count - 1}, not {number}"
            target = f"{head}.{port}"
            self.diagnostics.report(
                "0314", offer.key.span, target=target, problem=problem, hint=""
            )
            return None
        group = list(chip.pins).index(found[1])
        return Pad(signal, offer.key.text, head, port, number, group, function, span)

    def _use(self, draft: Draft) -> Span:
        """Where the board has to do with a peripheral of the chip."""
        own = self.world.peripherals.get(draft.id)
        if own is not None:
            return own.key.span
        edges = (edge for other in self.world.drafts.values() for edge in other.edges)
        return next((edge.span for edge in edges if edge.provider == draft.id), draft.span)


def _entries(node: Node | None) -> dict[str, Entry]:
    return dict(node.entries) if isinstance(node, Mapping) else {}


def _number(node: Node) -> int | None:
    return whole_number(node.text) if isinstance(node, Scalar) else None
