# SPDX-License-Identifier: MIT OR Apache-2.0
"""All that a board can say of a component, by its descriptor, and lines to begin with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from boardwright.load.nodes import Mapping, Scalar
from boardwright.load.roots import start_of
from boardwright.model import KERNEL
from boardwright.resolve.sections import SECTION_ROOMS
from boardwright.units import UNITS, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boardwright.descriptors import (
        Component,
        EdgeParameter,
        Exact,
        ListSpec,
        Narrowing,
        PerApp,
        Provision,
        Type,
    )
    from boardwright.load.library import Library
    from boardwright.load.nodes import Entry


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter, of the component or of an edge. Values are as a board writes them.

    `units` are those it may have; `default`, `min` and `max` are "" where there is none.
    """

    name: str
    type: str
    units: tuple[str, ...]
    default: str
    min: str
    max: str
    of: tuple[str, ...]
    required: bool
    doc: str


@dataclass(frozen=True, slots=True)
class Needed:
    """A port it requires. `count` is "" but for a list, `answers` the components that fit."""

    name: str
    interfaces: tuple[str, ...]
    required: bool
    count: str
    where: str
    answers: tuple[str, ...]
    edge: tuple[Setting, ...]
    doc: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A port it provides. `clients` says how many may use each interface."""

    name: str
    clients: dict[str, str]
    count: str
    through: str
    facts: dict[str, str]
    edge: tuple[Setting, ...]
    doc: str


@dataclass(frozen=True, slots=True)
class ComponentPage:
    """A component. `chips` are its instances on each chip, `paste` lines of a board.

    Words in capitals of `paste` stand for what the board decides.
    """

    name: str
    room: str
    doc: str
    requires: tuple[Needed, ...]
    provides: tuple[Offered, ...]
    settings: tuple[Setting, ...]
    per_app: tuple[Setting, ...]
    driver: str
    commands: tuple[str, ...]
    capabilities: tuple[str, ...]
    chips: dict[str, tuple[str, ...]]
    paste: str


def component_page(component: Component, library: Library) -> ComponentPage:
    """The page of a component that has no fault."""
    syscall = component.syscall
    commands = syscall.commands.values() if syscall else ()
    settings = tuple(
        _setting(each.name, each.type, each.default, optional=each.optional, doc=each.doc)
        for each in component.params.values()
    )
    page = ComponentPage(
        component.name,
        component.room,
        component.doc,
        tuple(_needed(component, library)),
        tuple(_offered(each, library) for each in component.provides.values()),
        settings,
        tuple(_per_app(each) for each in component.per_app.values()),
        f"{syscall.number:#x}" if syscall else "",
        tuple(f"{each.number} {each.name}({', '.join(each.arguments)})" for each in commands),
        component.capabilities,
        dict(_chips(component.name, library)) if component.room == "chips" else {},
        "",
    )
    return replace(page, paste=_paste(page, component, library))


def _needed(component: Component, library: Library) -> Iterator[Needed]:
    for port in component.requires.values():
        hil = library.hil_of(port.interfaces)
        params = hil.edge.params if hil and hil.edge else {}
        own = {} if component.hands_on(port.port) else params
        answers = (
            each.name
            for each in library.components()
            if each.name != component.name and _answers(each, port.wired)
        )
        yield Needed(
            port.port,
            port.wired,
            not port.optional and (port.list is None or port.list.min > 0),
            _count(port.list),
            port.where.text if port.where else "",
            tuple(answers),
            tuple(_edge_setting(each, port.edge.get(name)) for name, each in own.items()),
            port.doc,
        )


def _answers(component: Component, wanted: tuple[str, ...]) -> bool:
    return any(set(wanted) <= set(port.interfaces) for port in component.provides.values())


def _count(wanted: ListSpec | None) -> str:
    if wanted is None:
        return ""
    return f"{wanted.min} or more" if wanted.max is None else f"{wanted.min} to {wanted.max}"


def _offered(port: Provision, library: Library) -> Offered:
    hil = library.hil_of(port.interfaces)
    params = hil.edge.params if hil and hil.edge else {}
    return Offered(
        port.port,
        {name: _clients(port, name) for name in port.interfaces},
        port.count.text if port.count else "",
        port.through or "",
        {name: each.text for name, each in port.facts.items()},
        tuple(
            _edge_setting(params[name], each)
            for name, each in port.edge.items()
            if name in params
        ),
        port.doc,
    )


def _clients(port: Provision, interface: str) -> str:
    if interface in port.handed:
        return f"as many as behind {port.through}"
    capacity = port.capacity.get(interface, 1)
    return "many" if capacity is None else str(capacity)


def _setting(
    name: str, type_: Type, default: Exact | None, *, optional: bool, doc: str = ""
) -> Setting:
    def value(given: Exact | None) -> str:
        return "" if given is None else written(given, type_.kind)

    return Setting(
        name,
        ", ".join(type_.interfaces) or type_.kind,
        tuple(UNITS.get(type_.kind, ())),
        value(default),
        value(type_.min),
        value(type_.max),
        type_.of,
        not optional and default is None,
        doc,
    )


def _edge_setting(parameter: EdgeParameter, own: Narrowing | None) -> Setting:
    """What an edge carries, as one end of it narrows what the HIL says."""
    told = _setting(
        parameter.name,
        parameter.type,
        parameter.default,
        optional=parameter.optional,
        doc=parameter.doc,
    )
    if own is None:
        return told
    default = own.default or told.default
    return replace(
        told,
        default=default,
        min=own.min or told.min,
        max=own.max or told.max,
        of=own.of or told.of,
        required=not default and (own.optional is False or not parameter.optional),
    )


def _per_app(setting: PerApp) -> Setting:
    optional = setting.optional or setting.list is not None
    return _setting(
        setting.name, setting.type, setting.default, optional=optional, doc=setting.doc
    )


def _chips(kind: str, library: Library) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The instances of a kind on each chip that has some."""
    for name in library.names_of("chip"):
        (found, *_) = library.files.find(name)
        chip = library.chip(name, start_of(library.files.read(found.path)))
        own = [entry for entry in chip.peripherals if _is_of(entry, kind)] if chip else []
        if own:
            yield name, tuple(entry.key.text for entry in own)


def _is_of(entry: Entry, kind: str) -> bool:
    node = entry.value.get("kind") if isinstance(entry.value, Mapping) else None
    return isinstance(node, Scalar) and node.text == kind


def _paste(page: ComponentPage, component: Component, library: Library) -> str:
    """Lines of a board that have all it must say of an instance; "" if it says nothing."""
    words = {port.name: _target(port) for port in page.requires if port.required}
    if page.chips:  # an instance of the chip's: all there is to set, as it is
        words |= {each.name: each.default or each.name.upper() for each in page.settings}
        name = next(iter(page.chips.values()))[0]
        return f"peripherals:\n  {name}: {_flow(words)}\n" if words else ""
    words |= {each.name: each.name.upper() for each in page.settings if each.required}
    if page.name == KERNEL:
        return f"{KERNEL}:\n" + "".join(f"  {key}: {word}\n" for key, word in words.items())
    made = _flow({"kind": page.name, **words})
    section = next((each for each, of in SECTION_ROOMS.items() if page.room in of), "")
    if section:
        lines = f"{section}:\n  {page.name}: {made}\n"
        rights = f"capabilities:\n  {page.name}: [{', '.join(page.capabilities)}]\n"
        return lines + rights * bool(page.capabilities)
    return "".join(
        f"{user.name}:\n  {port.port}: {made}\n"
        for user in library.components()
        if user.room == page.room
        for port in user.requires.values()
        if _answers(component, port.wired)
    )


def _target(port: Needed) -> str:
    """What a board connects to a port, with what the edge must carry."""
    name = port.name.upper()
    edge = {each.name: each.name.upper() for each in port.edge if each.required}
    target = _flow({"to": name, **edge}) if edge else name
    return f"[{target}]" if port.count else target


def _flow(words: dict[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {word}" for key, word in words.items()) + "}"
