# SPDX-License-Identifier: MIT OR Apache-2.0
"""References to ports: syntax, lookup, and the one port that fits.

`id` resolves to the one port that offers all wanted interfaces; `id.port` is needed only
where two fit. An ambiguity is an error, never a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from boardwright.diagnostics import did_you_mean, either, listed, suggestion
from boardwright.load.nodes import Entry, Mapping, Node, Scalar, shape
from boardwright.load.shapes.forms import REFERENCE

if TYPE_CHECKING:
    from boardwright.resolve.world import Draft, World
    from boardwright.span import Span

_REFERENCE = re.compile(REFERENCE)
_PAD = re.compile("[A-Z]+[0-9]+")


@dataclass(frozen=True, slots=True)
class Target:
    """A resource a reference names: an element of a provided port, or the port."""

    provider: str
    provided: str
    element: int | None
    settings: dict[str, Entry]
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class _Parts:
    head: str
    port: str | None
    low: int | None
    high: int | None


class References:
    """Follows references in one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.diagnostics = world.diagnostics
        self.asker = ""  # whose target is looked for: it is no way out for itself

    def check_unused_names(self) -> None:
        """A net that nothing uses must still be one: 0309 and 0310 where it is named."""
        for name, entry in self.world.names.items():
            node, _ = self._net(entry, {})
            if name in self.world.used_names or node is None:
                continue
            parts = self._parts(node, node.span)
            if parts is not None and not self.world.exists(parts.head):
                self.world.unknown.setdefault(parts.head, []).append(node.span)

    def targets(self, node: Node, wanted: tuple[str, ...], spread: bool) -> list[Target]:
        """What a reference or `{to: ...}` names; empty after a report.

        `spread`: ranges and whole arrays give all their elements (list ports).
        """
        settings: dict[str, Entry] = {}
        if isinstance(node, Mapping):
            settings = {entry.key.text: entry for entry in node if entry.key.text != "to"}
            to = node.get("to")
            if to is None:
                hint = did_you_mean(next(iter(settings), ""), ("to", "kind"))
                offers = self.offers(wanted)[:1]
                hint = hint or "".join(f"{{to: {each}, ...}}" for each in offers)
                self.diagnostics.report("0308", node.span, hint=hint)
                return []
            node = to
        if not isinstance(node, Scalar) or node.empty:
            found = shape(node)
            self.diagnostics.report(
                "0201", node.span, what="a target", expected="a reference", found=found
            )
            return []
        return self._named(node, wanted, settings, spread)

    def _named(
        self, node: Scalar, wanted: tuple[str, ...], settings: dict[str, Entry], spread: bool
    ) -> list[Target]:
        span, text = node.span, node.text
        name = self.world.names.get(text)
        if name is not None:  # a net: its parameters, the use site's over them
            self.world.used_names.add(text)
            node_or_none, settings = self._net(name, settings)
            if node_or_none is None:
                return []
            node = node_or_none
        parts = self._parts(node, node.span)  # a name is wrong where it stands, and once
        if parts is None:
            return []
        draft = self.world.draft(parts.head)
        if draft is None:
            if parts.head not in self.world.broken:
                self._unknown(parts.head, wanted, span)
            return []
        port = self._port(draft, parts, wanted, span)
        if port is None:
            return []
        elements = self._elements(draft, port, parts, spread, span)
        return [Target(draft.id, port, element, settings, text, span) for element in elements]

    def _net(
        self, entry: Entry, settings: dict[str, Entry]
    ) -> tuple[Scalar | None, dict[str, Entry]]:
        node = entry.value
        if isinstance(node, Mapping):
            own = {each.key.text: each for each in node if each.key.text != "to"}
            to = node.get("to")
            return (to if isinstance(to, Scalar) else None), {**own, **settings}
        return (node if isinstance(node, Scalar) else None), settings

    def _parts(self, node: Scalar, span: Span) -> _Parts | None:
        found = _REFERENCE.fullmatch(node.text)
        if found is None:
            hint = "references look like id, id.port, id.0, id.port.0-3 or PA3"
            if "[" in node.text:
                hint = f"no brackets:  {node.text.replace('[', '.').replace(']', '')}"
            self.diagnostics.report("0309", span, text=node.text, hint=hint)
            return None
        if found["pads"] is not None:
            return self._pad(found["pads"], int(found["pad"]), span)
        low = None if found["low"] is None else int(found["low"])
        high = low if found["high"] is None else int(found["high"])
        if low is not None and high is not None and high < low:
            hint = f"ranges go upwards:  {high}-{low}"
            self.diagnostics.report("0309", span, text=node.text, hint=hint)
            return None
        return _Parts(found["id"], found["port"], low, high)

    def _pad(self, pads: str, number: int, span: Span) -> _Parts | None:
        chip = self.world.chip.chip
        port = chip.pins.get(pads)
        if port is None:
            self.world.unknown.setdefault(f"{pads}{number}", []).append(span)
            return None
        head, _, leaf = port.partition(".")
        return _Parts(head, leaf or None, number, number)

    def _unknown(self, name: str, wanted: tuple[str, ...], span: Span) -> None:
        self.world.unknown.setdefault(name, []).append(span)
        self.world.wanted.setdefault(name, wanted)

    def offered(self, name: str) -> str:
        """What could have been meant by a target that is not there; "" if nothing."""
        if _PAD.fullmatch(name):
            known = listed(self.world.chip.chip.pins)
            return f"pads of this chip begin with {known}" if known else ""
        wanted = self.world.wanted.get(name, ())
        found = self.offers(wanted) if wanted else []
        if found:
            return f"{listed(wanted)}: offered by {listed(found)}"
        makers = self.makers(wanted) if wanted else []
        return f"{listed(wanted)}: made by {either(makers)}" if makers else ""

    def _port(
        self, draft: Draft, parts: _Parts, wanted: tuple[str, ...], span: Span
    ) -> str | None:
        provides = draft.component.provides
        if parts.port is not None and parts.port not in provides:
            self.diagnostics.report(
                "0311",
                span,
                instance=draft.id,
                kind=draft.component.name,
                port=parts.port,
                hint=suggestion(parts.port, provides),
            )
            return None
        candidates = [parts.port] if parts.port is not None else list(provides)
        fitting = [name for name in candidates if set(wanted) <= set(provides[name].interfaces)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            choices = either(f"{draft.id}.{name}" for name in fitting)
            self.diagnostics.report(
                "0313", span, target=draft.id, wanted=listed(wanted), choices=choices
            )
        else:
            self._mismatch(draft, parts, wanted, span)
        return None

    def _mismatch(
        self, draft: Draft, parts: _Parts, wanted: tuple[str, ...], span: Span
    ) -> None:
        """0312, with what the target offers and what could stand in between."""
        provides = draft.component.provides
        target = draft.id if parts.port is None else f"{draft.id}.{parts.port}"
        names = [parts.port] if parts.port is not None else list(provides)
        offers = dict.fromkeys(each for name in names for each in provides[name].interfaces)
        missing = [name for name in wanted if name not in offers] or list(wanted)
        caret = f"offers {', '.join(offers)}" if offers else "offers nothing"
        adapters = [
            component.name
            for component in self.world.library.components()
            if any(set(wanted) <= set(port.interfaces) for port in component.provides.values())
            and any(set(port.interfaces) <= set(offers) for port in component.requires.values())
        ]
        others = [name for name in self.offers(wanted) if name.split(".")[0] != self.asker]
        hints = []
        if others:
            hints.append(f"{listed(wanted)}: offered by {listed(others)}")
        if adapters:
            hints.append(f"made from what '{target}' offers by {listed(adapters)}")
        makers = [] if hints else self.makers(wanted)
        if makers:
            hints.append(f"{listed(wanted)}: made by {either(makers)}")
        self.diagnostics.report(
            "0312",
            span,
            target=target,
            wanted=listed(missing),
            caret=caret,
            hint="; ".join(hints),
            related=[(draft.span, f"'{draft.id}' is a {draft.component.name}")],
        )

    def offers(self, wanted: tuple[str, ...]) -> list[str]:
        """References that would do for these interfaces. Only for messages."""
        found = []
        for name in self.world.ids:
            draft = None if name in self.world.names else self.world.draft(name)
            if draft is None or draft.owner is not None:
                continue
            ports = [
                port
                for port, provision in draft.component.provides.items()
                if set(wanted) <= set(provision.interfaces)
            ]
            for port in ports:
                reference = name if len(ports) == 1 else f"{name}.{port}"
                found.append(f"{reference}.0" if self._is_array(draft, port) else reference)
        return found

    def _is_array(self, draft: Draft, port: str) -> bool:
        return (self.world.element_count(draft, port) or 1) > 1

    def makers(self, wanted: tuple[str, ...]) -> list[str]:
        """Components that offer this and can be made in place. Only for messages."""
        return [
            component.name
            for component in self.world.library.components()
            if component.room in ("kernel", "devices")
            and any(set(wanted) <= set(port.interfaces) for port in component.provides.values())
        ]

    def _elements(
        self, draft: Draft, port: str, parts: _Parts, spread: bool, span: Span
    ) -> list[int | None]:
        provision = draft.component.provides[port]
        target = f"{draft.id}.{port}"
        if provision.count is None:
            if parts.low is None:
                return [None]
            return self._element_error(span, target, "has no elements", f"write {draft.id}")
        count = self.world.element_count(draft, port)
        if count is None:
            return []
        if parts.low is None or parts.high is None:
            if spread:
                return list(range(count))
            if count == 1:
                return [0]
            problem, hint = f"has {count} elements: say which", f"write {target}.0"
            return self._element_error(span, target, problem, hint)
        if parts.high >= count:
            problem = f"has elements 0 to {count - 1}, not {parts.high}"
            setting = provision.count.text
            settable = setting in draft.component.params
            hint = f"as many as '{draft.id}' says with '{setting}'" if settable else ""
            return self._element_error(span, target, problem, hint)
        if parts.low != parts.high and not spread:
            problem = "is one target here, a range gives several"
            return self._element_error(span, f"{target}.{parts.low}-{parts.high}", problem, "")
        return list(range(parts.low, parts.high + 1))

    def _element_error(
        self, span: Span, target: str, problem: str, hint: str
    ) -> list[int | None]:
        self.diagnostics.report("0314", span, target=target, problem=problem, hint=hint)
        return []
