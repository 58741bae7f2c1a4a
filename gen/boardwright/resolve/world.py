# SPDX-License-Identifier: MIT OR Apache-2.0
"""Drafts: the instances of a board while it is being resolved.

A chip's peripherals are drafted when something first names them, so that a board pays
only for what it uses. An id in `broken` was reported and silences what depends on it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from boardwright.diagnostics import did_you_mean, meant, suggestion
from boardwright.expressions import Scope, UnknownNameError, evaluate
from boardwright.load.component_rules import RESERVED
from boardwright.load.nodes import Entry, Mapping, Node, Scalar
from boardwright.load.shapes.board import CHIP_KEYS
from boardwright.load.values import fixed, in_bounds, read_value
from boardwright.model import KERNEL, Value
from boardwright.resolve.origins import default_origin, origins

if TYPE_CHECKING:
    from collections.abc import Callable

    from boardwright.descriptors import Component, ListSpec, Requirement
    from boardwright.diagnostics import Diagnostics
    from boardwright.load.chip import ChipFile
    from boardwright.load.library import Library
    from boardwright.model import Section
    from boardwright.span import Span


@dataclass
class DraftEdge:
    """An edge before its values: `settings` are its parameters as written.

    `ports` are those parameters that are ports; `inner`: this edge is such a one.
    """

    client: str
    port: str
    position: int | None
    application: str | None
    interfaces: tuple[str, ...]
    provider: str
    provided: str
    element: int | None
    settings: dict[str, Entry]
    text: str
    span: Span
    requirement: Requirement
    ports: dict[str, DraftEdge] = field(default_factory=dict)
    inner: bool = False

    @property
    def hil(self) -> str:
        """The HIL of its interfaces, by name."""
        return self.interfaces[0].partition(".")[0]


@dataclass
class Draft:
    """An instance before its facts: `settings` are the keys of its map, chip's first.

    `regions` are parameters that are regions of memory, as written, and `uncounted` the
    list ports of which something was reported.
    """

    id: str
    component: Component
    section: Section
    owner: tuple[str, str] | None
    settings: dict[str, Entry]
    chip: Mapping | None
    span: Span
    values: dict[str, Value] = field(default_factory=dict)
    edges: list[DraftEdge] = field(default_factory=list)
    regions: dict[str, Node] = field(default_factory=dict)
    uncounted: set[str] = field(default_factory=set)


class World:
    """Everything resolved so far; ids of all sections share one namespace."""

    def __init__(self, library: Library, chip: ChipFile, diagnostics: Diagnostics) -> None:
        self.library = library
        self.chip = chip
        self.diagnostics = diagnostics
        self.drafts: dict[str, Draft] = {}
        self.broken: set[str] = set()
        self.peripherals: dict[str, Entry] = {}
        """The board's settings of chip peripherals."""
        self.names: dict[str, Entry] = {}
        self.used_names: set[str] = set()
        self.unknown: dict[str, list[Span]] = {}
        """Targets that nothing is called, with every place that names them."""
        self.wanted: dict[str, tuple[str, ...]] = {}
        """The interfaces that the first of those places wants of one."""
        self.kernel_in_doubt = False
        """Whether what is broken about the kernel may read an application's setting."""

    @property
    def ids(self) -> list[str]:
        """Everything a reference can start with."""
        return [
            *(name for name in self.drafts if name != KERNEL),
            *(name for name in self.chip.peripherals.entries if name not in self.drafts),
            *self.names,
        ]

    def exists(self, name: str) -> bool:
        """Whether an instance has this id, broken or not."""
        return (
            name in self.drafts or name in self.broken or name in self.chip.peripherals.entries
        )

    def draft(self, name: str) -> Draft | None:
        """An instance by id, a chip peripheral drafted on demand."""
        if name in self.drafts or name in self.broken:
            return self.drafts.get(name)
        entry = self.chip.peripherals.entries.get(name)
        if entry is None:
            return None
        own = self.peripherals.get(name)
        settings = dict(entry.value.entries) if isinstance(entry.value, Mapping) else {}
        if own is not None and isinstance(own.value, Mapping):
            settings.update(own.value.entries)
        chip = entry.value if isinstance(entry.value, Mapping) else None
        return self.add(name, "peripherals", settings, entry.key.span, chip=chip)

    def add(  # noqa: PLR0913 - what an instance is, and who made it
        self,
        name: str,
        section: Section,
        settings: dict[str, Entry],
        span: Span,
        *,
        owner: tuple[str, str] | None = None,
        chip: Mapping | None = None,
    ) -> Draft | None:
        """Draft an instance; None (and broken) after a report."""
        component = self._component(name, settings, span)
        if component is None:
            self.broken.add(name)
            self.kernel_in_doubt |= KERNEL in (name, owner[0] if owner else "")
            return None
        draft = Draft(name, component, section, owner, settings, chip, span)
        self.drafts[name] = draft
        self._check_keys(draft)
        for name_ in component.params:
            # A name that is taken was reported in the descriptor.
            if name_ not in component.requires and name_ not in RESERVED:
                value = self._parameter(draft, name_)
                if value is not None:
                    draft.values[name_] = value
        return draft

    def _component(self, name: str, settings: dict[str, Entry], span: Span) -> Component | None:
        if name == KERNEL:
            return self.library.component(KERNEL, span)
        kind = settings.get("kind")
        if kind is None:
            candidates = self.library.names_of("component")
            hint = f"{name}: {{kind: {name}}}" if name in candidates else "kind: ..."
            self.diagnostics.report("0305", span, name=name, hint=hint)
            return None
        if not isinstance(kind.value, Scalar) or kind.value.empty:
            self.diagnostics.report(
                "0201",
                kind.value.span,
                what="kind",
                expected="one word",
                found="something else",
            )
            return None
        return self.library.component(kind.value.text, kind.value.span)

    def _check_keys(self, draft: Draft) -> None:
        component = draft.component
        known = [*component.requires, *component.params]
        known += ["kind"] if draft.id != KERNEL else []
        known += ["driver"] if component.syscall else []
        for key, entry in list(draft.settings.items()):
            from_chip = draft.chip is not None and key in CHIP_KEYS
            from_chip = from_chip and (key != "signals" or bool(component.signals))
            if key in known or from_chip:
                continue
            hint = suggestion(key, known)
            owner = f"'{draft.id}' ({component.name})"
            self.diagnostics.report("0207", entry.key.span, owner=owner, key=key, hint=hint)
            self.kernel_in_doubt |= draft.id == KERNEL
            chip = draft.chip if draft.chip is not None and key in draft.chip else None
            right = meant(key, {*known, *(CHIP_KEYS if chip else ())} - set(draft.settings))
            if right:
                draft.settings[right] = entry
            if chip is not None and right in CHIP_KEYS:
                draft.chip = Mapping({**chip.entries, right: entry}, chip.span)

    def _parameter(self, draft: Draft, name: str) -> Value | None:
        parameter = draft.component.params[name]
        entry = draft.settings.get(name)
        type_ = parameter.type
        default = default_origin(parameter.default, type_, parameter.span)
        if type_.kind == "region" and entry is not None:
            draft.regions[name] = entry.value  # placed with the layout
            return None
        if entry is None:
            if parameter.default is not None:
                history = origins(default=default)
                return Value(name, type_, parameter.default, False, parameter.span, history)
            if not parameter.optional:
                hint = f"{name}: ...  ({parameter.doc or type_.kind})"
                owner = f"'{draft.id}' ({draft.component.name})"
                self.diagnostics.report("0208", draft.span, owner=owner, key=name, hint=hint)
            return None
        value = read_value(entry.value, type_, name, self.diagnostics)
        if value is None:
            return None
        span = entry.value.span
        related = ((parameter.span, "its bounds"),)
        least, most = fixed(type_.min), fixed(type_.max)
        if not in_bounds(
            value,
            type_.kind,
            least,
            most,
            what=name,
            span=span,
            diagnostics=self.diagnostics,
            related=related,
        ):
            return None
        chip = draft.chip if draft.chip is not None else self._chip_defaults(draft)
        history = origins(entry.value, chip and chip.get(name), default=default)
        return Value(name, type_, value, True, span, history)

    def _chip_defaults(self, draft: Draft) -> Mapping | None:
        """What the chip says of the board's kernel."""
        return self.chip.kernel if draft.id == KERNEL else None

    def element_count(self, draft: Draft, port: str) -> int | None:
        """How many elements an array port has; None if it is no array (or broken)."""
        expression = draft.component.provides[port].count
        if expression is None:
            return None

        def value(name: str) -> Fraction:
            found = draft.values.get(name)
            if found is None or not isinstance(found.value, Fraction):
                raise UnknownNameError(name)
            return found.value

        def port_size(_function: str, name: str) -> Fraction:
            raise UnknownNameError(name)

        try:
            return int(evaluate(expression.tree, Scope(value, port_size)))
        except (UnknownNameError, ZeroDivisionError):
            return None

    def report_unknown(self, offered: Callable[[str], str]) -> None:
        """One 0310 per name that nothing has, with every place that uses it.

        `offered` says what there is of what such a target was to offer.
        """
        for name, spans in self.unknown.items():
            hint = did_you_mean(name, self.ids)
            if not hint and name in self.library.names_of("component"):
                hint = f"it is a component; an instance of it:  {{kind: {name}, ...}}"
            hint = hint or offered(name)
            related = [(span, "and here") for span in spans[1:]]
            self.diagnostics.report("0310", spans[0], name=name, hint=hint, related=related)


def check_length(node: Node, name: str, count: int, spec: ListSpec, world: World) -> None:
    """0210: a list has as many elements as its port takes."""
    if spec.min <= count <= (spec.max or count):
        return
    limit = f"it takes at least {spec.min}"
    if spec.max is not None and count > spec.max:
        limit = f"it takes at most {spec.max}"
    world.diagnostics.report("0210", node.span, what=name, found=count, limit=limit)
