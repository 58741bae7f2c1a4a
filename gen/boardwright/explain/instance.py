# SPDX-License-Identifier: MIT OR Apache-2.0
"""Everything about one instance: its values and who said them, its wires, its users.

Places are `file:line` with the names that generated files use, so a page is the same on
every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from boardwright.c_names import field_name, object_name
from boardwright.rates import error_ppm, ppm
from boardwright.units import INTEGERS, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

    from boardwright.model import Board, Edge, Instance, Value
    from boardwright.pipeline import Planned
    from boardwright.plan.ir import Object, QueueRow


@dataclass(frozen=True, slots=True)
class Said:
    """One who said a value. `default`: a descriptor, not the board or its chip."""

    text: str
    place: str
    default: bool


@dataclass(frozen=True, slots=True)
class Rate:
    """What the hardware makes of a value; parts per million are signed, None of 0."""

    achieved: str
    error_ppm: int | None
    allowed_ppm: int | None


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter. `history[0]` holds, it overruled the others. `field` is C, "" if none."""

    name: str
    value: str
    doc: str
    field: str
    history: tuple[Said, ...]
    rate: Rate | None


@dataclass(frozen=True, slots=True)
class Computed:
    """A value computed from others, as the descriptor says at `place`."""

    name: str
    value: str
    field: str
    expression: str
    place: str


@dataclass(frozen=True, slots=True)
class Wire:
    """A port of the instance on a port of another. `answers`: who really does, by interface.

    `settings` are the parameters of the edge, `queues` what it waits for at most.
    """

    port: str
    to: str
    answers: Mapping[str, str]
    settings: tuple[Setting, ...]
    place: str
    queues: tuple[QueueRow, ...] = ()


@dataclass(frozen=True, slots=True)
class User:
    """A port of another instance that uses `interfaces` of port `of` of this one.

    `through`: the mux it is wired to, which hands them on; "" for one wired to this.
    """

    client: str
    port: str
    of: str
    interfaces: tuple[str, ...]
    through: str
    place: str


@dataclass(frozen=True, slots=True)
class Interrupt:
    """An interrupt and its line; `number` is None for a core exception."""

    name: str
    line: str
    number: int | None
    handler: str
    top: bool
    place: str


@dataclass(frozen=True, slots=True)
class Stored:
    """An object of the instance in RAM, as C; `count` is None if it is no array."""

    ctype: str
    name: str
    count: int | None
    about: str


@dataclass(frozen=True, slots=True)
class Page:
    """All of it. `omitted` says why the instance is not in the image, "" if it is.

    `owner` is the port an instance made in place belongs to, "" without one; `object` its
    const struct in C; `registers` address and size in bytes. `callers` are the board's
    applications that may call the driver.
    """

    id: str
    kind: str
    section: str
    doc: str
    place: str
    owner: str
    omitted: str
    object: str
    registers: tuple[int, int] | None
    clocks: Mapping[str, str]
    settings: tuple[Setting, ...]
    computed: tuple[Computed, ...]
    wires: tuple[Wire, ...]
    users: tuple[User, ...]
    interrupts: tuple[Interrupt, ...]
    deferred: Mapping[str, str]
    boot: tuple[str, ...]
    driver: int | None
    callers: tuple[str, ...]
    per_process: str
    capabilities: tuple[str, ...]
    storage: tuple[Stored, ...]


def instance_page(source: Planned, name: str) -> Page:
    """The page of an instance of the board. Raises KeyError."""
    board, plan = source.board, source.plan
    instance = board.instance(name)
    component = instance.component
    omitted = {each.id: each.why for each in plan.omitted}
    made = next((each for each in plan.objects if each.id == name), None)
    size = component.registers or 0
    syscall = component.syscall
    return Page(
        id=name,
        kind=component.name,
        section=instance.section,
        doc=component.doc,
        place=instance.span.place,
        owner=".".join(instance.owner or ()),
        omitted=omitted.get(name, ""),
        object="" if made is None else f"{made.ctype} {made.name}",
        registers=None if instance.registers is None else (instance.registers, size),
        clocks={name: written(hz, "frequency") for name, hz in instance.clocks.items()},
        settings=tuple(_settings(instance)),
        computed=tuple(_computed(instance)),
        wires=tuple(_wire(source, edge, frozenset(omitted)) for edge in board.requires(name)),
        users=tuple(_users(board, name, frozenset(omitted))),
        interrupts=tuple(_interrupts(instance)),
        deferred=component.deferred,
        boot=tuple(call for call in (component.init, component.start) if call),
        driver=instance.driver,
        callers=tuple(app.name for app in board.callers(name)),
        per_process=f"struct {component.name}_grant" if syscall and syscall.grant else "",
        capabilities=instance.granted,
        storage=tuple(_storage(made)) if made is not None else (),
    )


def _settings(instance: Instance) -> Iterable[Setting]:
    for name, parameter in instance.component.params.items():
        value = instance.values.get(name)
        if value is not None:
            achieved = instance.achieved.get(name)
            rate = None if achieved is None else _rate(value, parameter.tolerance, achieved)
            yield _setting(value, parameter.doc, member=parameter.member, rate=rate)


def _setting(value: Value, doc: str, *, member: bool, rate: Rate | None = None) -> Setting:
    history = (Said(each.text, each.span.place, each.default) for each in value.history)
    kind = value.type.kind
    return Setting(
        name=value.name,
        value=value.history[0].text if kind in INTEGERS else written(value.value, kind),
        doc=doc,
        field=field_name(value.name, value.type) if member else "",
        history=tuple(history),
        rate=rate,
    )


def _rate(value: Value, allowed: Fraction | None, achieved: Fraction) -> Rate:
    return Rate(
        achieved=written(achieved, value.type.kind),
        error_ppm=error_ppm(value.value, achieved),
        allowed_ppm=None if allowed is None else ppm(allowed),
    )


def _computed(instance: Instance) -> Iterable[Computed]:
    for name, derived in instance.component.derived.items():
        value = instance.values.get(name)
        if value is not None:
            yield Computed(
                name=name,
                value=written(value.value, value.type.kind),
                field=field_name(name, value.type) if derived.member else "",
                expression=derived.expression.text,
                place=derived.span.place,
            )


def _wire(source: Planned, edge: Edge, removed: frozenset[str]) -> Wire:
    board = source.board
    wired = edge.requirement.wired
    links = {interface: board.link(edge, interface, removed) for interface in wired}
    return Wire(
        port=edge.label,
        to=f"{edge.provider}.{_port(edge.provided, edge.element)}",
        answers={
            interface: f"{link.provider}.{_port(link.provided, link.element)}"
            for interface, link in links.items()
        },
        settings=tuple(_edge_settings(edge)),
        place=edge.span.place,
        queues=tuple(
            row
            for row in source.plan.queues
            if (row.client, row.port) == (edge.client, edge.label)
        ),
    )


def _edge_settings(edge: Edge) -> Iterable[Setting]:
    for name, value in edge.values.items():
        made = edge.rates.get(name)
        rate = None if made is None else _rate(value, made.tolerance, made.achieved)
        yield _setting(value, "", member=True, rate=rate)


def _users(board: Board, name: str, removed: frozenset[str]) -> Iterable[User]:
    """Who is wired to it, then whose calls come to it through others."""
    for edge in board.clients(name):
        yield _user(edge, _port(edge.provided, edge.element), edge.interfaces, "")
    for edge in board.edges:
        if edge.provider == name:
            continue
        wired = edge.requirement.wired
        reached: dict[str, list[str]] = {}
        for interface in wired:
            link = board.link(edge, interface, removed)
            if link.provider == name:
                port = _port(link.provided, link.element)
                reached.setdefault(port, []).append(interface)
        for port, interfaces in reached.items():
            yield _user(edge, port, tuple(interfaces), edge.provider)


def _user(edge: Edge, of: str, interfaces: tuple[str, ...], through: str) -> User:
    return User(edge.client, edge.label, of, interfaces, through, edge.span.place)


def _port(name: str, element: int | None) -> str:
    return name if element is None else f"{name}.{element}"


def _interrupts(instance: Instance) -> Iterable[Interrupt]:
    for name, bound in instance.interrupts.items():
        yield Interrupt(
            name=name,
            line=bound.line.name,
            number=bound.line.number,
            handler=bound.interrupt.handler,
            top=bound.interrupt.top,
            place=bound.span.place,
        )


def _storage(made: Object) -> Iterable[Stored]:
    home = object_name(made.id)
    for each in made.storage:
        about = each.comment or ("state" if each.name == f"{home}_state" else "")
        yield Stored(each.ctype, each.name, each.count, about)
