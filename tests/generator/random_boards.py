# SPDX-License-Identifier: MIT OR Apache-2.0
"""Boards drawn from the catalogue: any instances, each port wired to whoever can serve it.

No component is known by name: what there is, what it needs and what it offers is read
from the descriptors. A drawn board may still break a rule (two drivers want the one
resource behind a mux, a rate the hardware cannot make); most do not.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from boardwright.descriptors import Component, Exact, Parameter, Provision, Requirement, Type
from boardwright.diagnostics import Diagnostics
from boardwright.load.library import Library
from boardwright.load.nodes import Mapping, Scalar
from boardwright.load.roots import Files, SearchRoots, start_of
from boardwright.resolve.sections import SECTION_ROOMS
from boardwright.span import Source
from boardwright.units import INTEGERS, UNITS, with_unit

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence

Tree = dict[str, "Tree"] | list["Tree"] | str
"""A board or a part of it: maps, lists and words."""

ROOTS = SearchRoots.default()
ORDERED = (*SECTION_ROOMS, "apps")
"""Sections whose order is that of board.c, or of the slots."""
MAX_ELEMENTS = 4
"""Elements drawn for a list port at most."""
RECENT = 4
"""A port takes one of the last offers: what the board has made is used more often so."""
_HERE = start_of(Source("drawn", Path("drawn"), ""))


@dataclass
class Offer:
    """A port (or an element of one) that clients can have, and how many still."""

    reference: str
    kind: str
    free: dict[str, int | None]
    behind: Offer | None = None
    handed: tuple[str, ...] = ()

    def is_of(self, reference: str, interfaces: tuple[str, ...]) -> bool:
        """Whether this is what a chip file means by a reference for these interfaces."""
        mine = f"{self.reference}.".startswith(f"{reference}.")
        return mine and all(interface in self.free for interface in interfaces)

    def serves(self, interfaces: tuple[str, ...]) -> bool:
        """Whether one more client can have these interfaces."""
        return all(
            self.behind.serves((interface,))
            if self.behind is not None and interface in self.handed
            else self.free.get(interface) != 0 and interface in self.free
            for interface in interfaces
        )

    def take(self, interfaces: tuple[str, ...]) -> None:
        """One client more."""
        for interface in interfaces:
            left = self.free[interface]
            if self.behind is not None and interface in self.handed:
                self.behind.take((interface,))
            elif left is not None:
                self.free[interface] = left - 1


@dataclass
class Draft:
    """The board being drawn."""

    draw: Callable[..., object]
    library: Library
    offers: list[Offer] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(0x80000))
    drivers: set[int] = field(default_factory=set)
    capabilities: dict[str, Tree] = field(default_factory=dict)
    wanted: Component | None = None
    first: frozenset[str] = frozenset()
    """Kinds that come first in their sections and are wired to each other if they can be."""

    def choose(self, items: Sequence[object]) -> object:
        return self.draw(st.sampled_from(items))

    def chance(self) -> bool:
        return bool(self.draw(st.booleans()))

    def upto(self, most: int, least: int = 0) -> int:
        return int(self.draw(st.integers(least, most)))  # type: ignore[call-overload]


@cache
def catalogue() -> Library:
    """All descriptors of the runtime, read once."""
    return Library(Files(ROOTS, ROOTS.runtime), Diagnostics())


def chips() -> dict[str, list[Component]]:
    """The chips that a board can have, with the components of their peripherals."""
    library, found = catalogue(), {}
    for name in library.names_of("chip"):
        file = library.chip(name, _HERE)
        if file is not None and file.chip.emulator:
            kinds = (entry.value.get("kind") for entry in file.peripherals)  # type: ignore[union-attr]
            names = [kind.text for kind in kinds if isinstance(kind, Scalar)]
            parts = (library.component(each, _HERE) for each in dict.fromkeys(names))
            found[name] = [each for each in parts if each is not None]
    return found


def _offers(component: Component, interfaces: tuple[str, ...]) -> bool:
    return any(set(interfaces) <= set(p.interfaces) for p in component.provides.values())


def _makes(component: Component, interfaces: tuple[str, ...]) -> bool:
    """Whether it offers them without needing one that does: no mux of them does."""
    asked = {each for port in component.requires.values() for each in port.interfaces}
    return _offers(component, interfaces) and not asked & set(interfaces)


def chain_of(wanted: Component, peripherals: list[Component]) -> frozenset[str] | None:
    """Kinds without which `wanted` is on no board of a chip; None: there is no such board.

    Who serves it, down to the chip's peripherals, and who uses it, up to a capsule.
    """
    parts = [each for section in SECTION_ROOMS for each in kinds_of(section)]
    chain: dict[str, Component] = {wanted.name: wanted}
    pending = [wanted]
    while pending:
        each = pending.pop()
        for port in each.requires.values():
            if port.optional or any(_offers(p, port.interfaces) for p in peripherals):
                continue
            ends = [part for part in parts if _makes(part, port.interfaces)]
            if any(part.name in chain for part in ends):
                continue
            provider = next(iter(ends), None)
            if provider is None:
                return None
            chain[provider.name] = provider
            pending.append(provider)
        used = each.room == "capsules" or any(
            _offers(each, port.interfaces)
            for other in chain.values()
            if other is not each
            for port in other.requires.values()
        )
        if not used:
            users = [
                part
                for part in parts
                if part.name not in chain
                and any(_offers(each, port.interfaces) for port in part.requires.values())
            ]
            if not users:
                return None
            user = max(users, key=lambda part: part.room == "capsules")
            chain[user.name] = user
            pending.append(user)
    return frozenset(chain)


@st.composite
def boards(draw: Callable[..., object], wanted: Component | None = None) -> dict[str, Tree]:
    """One board; one that has `wanted`, if its chip and its other parts let it."""
    library = catalogue()
    components = library.components()
    board = Draft(draw, library)
    fitting = {name: frozenset[str]() for name in chips()}
    if wanted is not None:
        chains = {name: chain_of(wanted, parts) for name, parts in chips().items()}
        fitting = {name: chain for name, chain in chains.items() if chain is not None}
    chip = str(draw(st.sampled_from(list(fitting))))
    board.first, board.wanted = fitting[chip], wanted
    tree: dict[str, Tree] = {"schema": "1", "board": "drawn", "chip": chip}
    tree["peripherals"] = _chip(board, chip)
    tree["kernel"] = _kernel(board, chip, components)
    made = _chain(board)
    for section in SECTION_ROOMS:
        tree[section] = made[section] | _section(board, kinds_of(section))
    tree["apps"] = _apps(board, components, tree)
    tree["capabilities"] = board.capabilities
    tree["budget"] = _budget(board, chip)
    return {name: value for name, value in tree.items() if value}


def kinds_of(section: str) -> list[Component]:
    """What a section can hold: parts of the chip's own belong to the chip's file."""
    return [
        each
        for each in catalogue().components()
        if each.room in SECTION_ROOMS[section]
        and not (each.registers or each.clocks or each.interrupts)
    ]


def _apps(board: Draft, components: list[Component], tree: dict[str, Tree]) -> Tree:
    """Applications with some of the settings that the kernel and its policies add."""
    kernel, capsules = tree["kernel"], tree.get("capsules", {})
    assert isinstance(kernel, dict)
    assert isinstance(capsules, dict)
    policies = [str(each["kind"]) for each in kernel.values() if isinstance(each, dict)]
    used = dict.fromkeys(["kernel", *policies])
    by_name = {each.name: each for each in components}
    kinds = {name: each["kind"] for name, each in capsules.items() if isinstance(each, dict)}
    drivers = [name for name, kind in kinds.items() if by_name[str(kind)].syscall]
    apps: dict[str, Tree] = {}
    for number in range(board.upto(2)):
        app: dict[str, Tree] = {"path": "."}
        for setting in (s for name in used for s in by_name[name].per_app.values()):
            if setting.drivers:
                app[setting.name] = [name for name in drivers if board.chance()]
            elif setting.port and board.chance():
                policy = board.choose(_policies(components, setting.type.interfaces))
                assert isinstance(policy, Component)
                app[setting.name] = {"kind": policy.name, **_parameters(board, policy)}
            elif not setting.port and (board.chance() or not setting.optional):
                app[setting.name] = _value(board, setting.type, setting.default)
        apps[f"app{number}"] = app
    return apps


def _policies(components: list[Component], interfaces: tuple[str, ...]) -> list[Component]:
    return [
        each
        for each in components
        if each.room == "kernel"
        and any(set(interfaces) <= set(port.interfaces) for port in each.provides.values())
    ]


def _budget(board: Draft, name: str) -> Tree:
    """Half of each memory."""
    found = board.library.chip(name, _HERE)
    assert found is not None
    sizes = {memory.access: memory.size // 2 for memory in found.chip.memory.values()}
    return {"flash": f"{sizes['rx']}B", "ram": f"{sizes['rw']}B"}


def _chip(board: Draft, name: str) -> Tree:
    """The chip's ports on offer, and settings for some of its peripherals."""
    found = board.library.chip(name, _HERE)
    assert found is not None
    settings: dict[str, Tree] = {}
    wires: list[tuple[str, Component, Mapping]] = []
    for entry in found.peripherals:
        assert isinstance(entry.value, Mapping)
        kind = entry.value.get("kind")
        assert isinstance(kind, Scalar)
        component = board.library.component(kind.text, _HERE)
        assert component is not None
        _offer(board, entry.key.text, component, {})
        wires.append((entry.key.text, component, entry.value))
        own = _parameters(board, component)
        if own and board.chance():
            settings[entry.key.text] = own
    for id_, component, entries in wires:
        for port in component.provides.values():
            target = entries.get(port.through) if port.through else None
            if isinstance(target, Scalar):
                inner = next(o for o in board.offers if o.is_of(target.text, port.handed))
                for offer in board.offers:
                    if offer.reference.startswith(f"{id_}.{port.port}"):
                        offer.behind, offer.handed = inner, port.handed
    pads = _pads(dict(found.chip.pins), [entries for _, _, entries in wires])
    board.offers = [offer for offer in board.offers if offer.reference not in pads]
    return settings


def _pads(pins: dict[str, str], peripherals: list[Mapping]) -> set[str]:
    """The pins that some peripheral can have a signal on, as references."""
    found = set()
    for entries in peripherals:
        signals = entries.get("signals")
        for signal in signals if isinstance(signals, Mapping) else ():
            assert isinstance(signal.value, Mapping)
            for pad in signal.value:
                letters = pad.key.text.rstrip("0123456789")
                found.add(f"{pins[letters]}.{pad.key.text.removeprefix(letters)}")
    return found


def _kernel(board: Draft, chip: str, components: list[Component]) -> Tree:
    """The kernel with policies made in place; what the chip gives it stays."""
    found = board.library.chip(chip, _HERE)
    kernel = board.library.component("kernel", _HERE)
    assert found is not None
    assert kernel is not None
    given = set(found.kernel.entries)
    tree: dict[str, Tree] = {**_parameters(board, kernel)}
    for port in kernel.requires.values():
        if port.port in given or (port.optional and board.chance()):
            continue
        fitting = _policies(components, port.interfaces)
        if fitting:
            policy = board.choose(fitting)
            assert isinstance(policy, Component)
            tree[port.port] = {"kind": policy.name, **_parameters(board, policy)}
    return tree


def _turn(board: Draft, component: Component) -> int:
    """The wanted one as soon as it can be served, who uses it after it."""
    if component is board.wanted or board.wanted is None:
        return 0
    uses = any(_offers(board.wanted, p.interfaces) for p in component.requires.values())
    return 2 if uses else 1


def _chain(board: Draft) -> dict[str, dict[str, Tree]]:
    """Instances of the kinds that come first, who serves before who is served."""
    made: dict[str, dict[str, Tree]] = {section: {} for section in SECTION_ROOMS}
    pending = [
        (section, each)
        for section in SECTION_ROOMS
        for each in kinds_of(section)
        if each.name in board.first
    ]
    while served := [pair for pair in pending if _can_be_served(board, pair[1])]:
        section, each = min(served, key=lambda pair: _turn(board, pair[1]))
        pending.remove((section, each))
        entry = _instance(board, f"{each.name}_first", each)
        if entry is not None:
            made[section][f"{each.name}_first"] = entry
    return made


def _section(board: Draft, components: list[Component]) -> dict[str, Tree]:
    entries: dict[str, Tree] = {}
    kinds = board.draw(st.permutations(components))  # each kind once before one comes again
    assert isinstance(kinds, list)
    for number in range(board.upto(len(kinds) + 2, 1)):
        component = kinds[number % len(kinds)]
        if not _can_be_served(board, component):
            continue
        name = f"{component.name}_{number}"
        entry = _instance(board, name, component)
        if entry is not None:
            entries[name] = entry
    return entries


def _can_be_served(board: Draft, component: Component) -> bool:
    """Whether there is a provider for each port alone."""
    return all(
        port.optional or any(offer.serves(port.interfaces) for offer in board.offers)
        for port in component.requires.values()
    )


def _instance(board: Draft, name: str, component: Component) -> dict[str, Tree] | None:
    """An instance with all its ports wired; None if nothing can serve one of them."""
    entry: dict[str, Tree] = {"kind": component.name}
    taken: dict[str, Offer] = {}
    for port in component.requires.values():
        if port.optional and board.chance():
            continue
        if port.list is not None:
            most = min(port.list.max or MAX_ELEMENTS, MAX_ELEMENTS)
            targets = [
                _target(board, component, port, taken)
                for _ in range(board.upto(most, max(port.list.min, 0)))
            ]
            if len([t for t in targets if t is not None]) < port.list.min:
                return None
            entry[port.port] = [target for target in targets if target is not None]
        else:
            target = _target(board, component, port, taken)
            if target is None:
                return None
            entry[port.port] = target
    entry |= _parameters(board, component)
    if component.syscall is not None:
        if component.syscall.number in board.drivers:
            entry["driver"] = hex(next(board.numbers))
        board.drivers.add(component.syscall.number)
    if component.capabilities:
        board.capabilities[name] = list(component.capabilities)
    _offer(board, name, component, taken)
    return entry


def _target(
    board: Draft, component: Component, port: Requirement, taken: dict[str, Offer]
) -> Tree | None:
    """What serves a port, with the edge parameters that it needs."""
    fitting = [offer for offer in board.offers if offer.serves(port.interfaces)]
    if not fitting:
        return None
    related = [offer for offer in fitting if offer.kind in board.first]
    offer = board.choose(related[-1:] or fitting[-RECENT:])
    assert isinstance(offer, Offer)
    offer.take(port.interfaces)
    taken[port.port] = offer
    hil = board.library.hil(port.interfaces[0].partition(".")[0])
    own = hil is not None and hil.edge is not None and not component.hands_on(port.port)
    params = hil.edge.params if own and hil and hil.edge else {}
    settings: dict[str, Tree] = {
        name: _value(board, each.type)
        for name, each in params.items()
        if each.type.kind != "port"
        and name not in port.edge  # a part's own limits come with its own default
        and (each.default is None or board.chance())
    }
    for name, each in params.items():
        if each.type.kind == "port" and each.unique:  # the bus may have other clients
            free = [other for other in board.offers if other.serves(each.type.interfaces)]
            if not free:
                return None
            select = board.choose(free)
            assert isinstance(select, Offer)
            select.take(each.type.interfaces)
            settings[name] = select.reference
    return {"to": offer.reference, **settings} if settings else offer.reference


def _offer(board: Draft, name: str, component: Component, taken: dict[str, Offer]) -> None:
    """Put an instance's ports on offer."""
    for port in component.provides.values():
        behind = taken.get(port.through) if port.through else None
        count = port.count.tree if port.count else None
        elements = range(int(count)) if isinstance(count, Fraction) else (None,)
        for element in elements:
            where = f"{name}.{port.port}" + ("" if element is None else f".{element}")
            free = {each: _capacity(port, each) for each in port.interfaces}
            handed = port.handed if behind else ()
            board.offers.append(Offer(where, component.name, free, behind, handed))


def _capacity(port: Provision, interface: str) -> int | None:
    capacity = port.capacity[interface]
    return 1 if isinstance(capacity, str) else capacity


def _parameters(board: Draft, component: Component) -> dict[str, Tree]:
    """Every parameter that must be given, and some of the others."""
    return {
        name: _value(board, each.type, each.default)
        for name, each in component.params.items()
        if _must(each) or (each.type.kind not in ("text", "path", "region") and board.chance())
    }


def _must(parameter: Parameter) -> bool:
    return parameter.default is None and not parameter.optional


def _value(board: Draft, type_: Type, default: Exact | None = None) -> str:
    """A value of a type within its bounds, near the default where it has none."""
    if type_.kind == "bool":
        return "true" if board.chance() else "false"
    if type_.kind == "enum":
        return str(board.choose(list(type_.of)))
    least, most = type_.min, type_.max
    low = least if isinstance(least, Fraction) else None
    high = most if isinstance(most, Fraction) else None
    if type_.kind in INTEGERS:
        first, last = INTEGERS[type_.kind]
        return str(board.upto(int(last if high is None else high), int(low or first)))
    if high is None and isinstance(default, Fraction):
        return with_unit(default * int(str(board.choose("124"))), type_.kind)
    unit = UNITS[type_.kind][type_.unit] if type_.unit else None
    step = unit or low or next(iter(UNITS[type_.kind].values()))
    bottom = low if low is not None else step
    top = high if high is not None else bottom * 64
    steps = board.upto(int((top - bottom) / step))
    return with_unit(bottom + steps * step, type_.kind)


def text(tree: dict[str, Tree]) -> str:
    """The board as YAML: sections and their entries a line each."""
    lines = []
    for name, value in tree.items():
        if isinstance(value, dict) and name in (*ORDERED, "peripherals", "kernel"):
            lines += [f"{name}:", *(f"  {key}: {_flow(each)}" for key, each in value.items())]
        else:
            lines.append(f"{name}: {_flow(value)}")
    return "\n".join(lines) + "\n"


def _flow(tree: Tree) -> str:
    if isinstance(tree, dict):
        return f"{{{', '.join(f'{key}: {_flow(value)}' for key, value in tree.items())}}}"
    if isinstance(tree, list):
        return f"[{', '.join(map(_flow, tree))}]"
    return tree


def permuted(tree: dict[str, Tree], chance: random.Random) -> dict[str, Tree]:
    """The same board with the keys of each map in another order, where order says nothing."""

    def shuffled(tree: Tree, path: tuple[str, ...]) -> Tree:
        if isinstance(tree, list):
            return [shuffled(each, (*path, "")) for each in tree]
        if isinstance(tree, str):
            return tree
        items = [(key, shuffled(value, (*path, key))) for key, value in tree.items()]
        if path not in [(section,) for section in ORDERED]:
            chance.shuffle(items)
        return dict(items)

    result = shuffled(tree, ())
    assert isinstance(result, dict)
    return result
