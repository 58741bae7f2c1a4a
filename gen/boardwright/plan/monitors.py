# SPDX-License-Identifier: MIT OR Apache-2.0
"""Monitors: in a checked build, a watcher on every edge that is called back over.

What is promised stands in the HIL's file; which C types it is promised with stands in the
function types of its header, so that is read here, too.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from boardwright.c_names import ERRORS, object_name
from boardwright.plan.ir import Constant, Field, Storage
from boardwright.plan.monitor_types import (
    MonitorCall,
    MonitorEnd,
    MonitorRecord,
    MonitorType,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from boardwright.descriptors import Hil, Interface, Operation
    from boardwright.diagnostics import Diagnostics
    from boardwright.model import Edge
    from boardwright.plan.wiring import Wiring

_SOURCE = "kernel/monitor.c"
"""What all monitors share, in the runtime."""

Signature = tuple[str, tuple[str, ...]]
"""What a function returns, and the types of its parameters."""


class Monitors:
    """The monitors of a board; none of a release build.

    An interface is watched if something is called back over it, or if one of its
    operations excludes others.
    """

    def __init__(self, wiring: Wiring, diagnostics: Diagnostics, *, watched: bool) -> None:
        self._wiring = wiring
        self._types: dict[str, MonitorType | None] = {}
        if watched:
            for interface in sorted({name for edge in self._edges() for name in _wired(edge)}):
                self._types[interface] = self._type(interface, diagnostics)
        self._clients = self._groups()

    @property
    def types(self) -> tuple[MonitorType, ...]:
        """One for each watched interface, by name.

        What is excluded and never called on this board is left out.
        """
        found = [made for made in self._types.values() if made is not None]
        known = {record.operation for made in found for record in made.records}
        return tuple(
            replace(made, calls=tuple(_without(call, known) for call in made.calls))
            for made in found
        )

    @property
    def sources(self) -> tuple[str, ...]:
        """The runtime's files that they need."""
        return (_SOURCE,) if self.types else ()

    def watched(self, edge: Edge) -> Iterator[str]:
        """The interfaces of an edge that are watched."""
        for interface in _wired(edge):
            if self._types.get(interface) is not None:
                yield interface

    def storage(self, instance: str) -> Iterator[Storage]:
        """State of the monitors on an instance's own edges, and what is lent to it."""
        for hil, who in self._clients.get(instance, {}).items():
            yield Storage(
                "struct monitor_group",
                group_name(instance, hil),
                comment=f"what is lent: {', '.join(who)}",
            )
        for edge in self._wiring.requires(instance):
            for interface in self.watched(edge):
                made = self._types[interface]
                if made is not None and made.records:
                    yield Storage(f"{made.struct}_state", f"{_name(edge, interface)}_state")

    def _groups(self) -> dict[str, dict[str, list[str]]]:
        """By provider and HIL the clients whose edges are watched."""
        found: dict[str, dict[str, list[str]]] = {}
        for edge in self._edges():
            for interface in self.watched(edge):
                groups = found.setdefault(self._wiring.route(edge, interface).provider, {})
                clients = groups.setdefault(interface.partition(".")[0], [])
                if edge.client not in clients:
                    clients.append(edge.client)
        return found

    def constant(self, edge: Edge, interface: str, port: Field, comment: str) -> Constant:
        """The monitor of one interface of an edge; `port` is what it watches."""
        made = self._types[interface]
        assert made is not None
        link = self._wiring.route(edge, interface)
        client, provider = (
            self._wiring.board.instance(i) for i in (edge.client, link.provider)
        )
        names = [
            Field("client", f'"{edge.client}.{edge.label} ({client.component.name})"'),
            Field("provider", f'"{link.provider} ({provider.component.name})"'),
            Field("place", f'"{edge.span.place}"'),
            Field("group", f"&{group_name(link.provider, interface.partition('.')[0])}"),
        ]
        turns = self._turns(edge, interface)
        if turns:
            names.append(Field("turns", str(turns)))
        name = _name(edge, interface)
        fields = [Field("state", f"&{name}_state")] if made.records else []
        fields += [Field("edge", parts=tuple(names))]
        fields += [port]
        if made.ends:
            parts = tuple(Field(end.name, end.function) for end in made.ends)
            fields += [Field("client", parts=parts)]
        return Constant(made.struct, name, tuple(fields), comment)

    def port(self, edge: Edge, interface: str) -> tuple[Field, ...]:
        """The port that the client sees: its monitor's."""
        made = self._types[interface]
        assert made is not None
        return (
            Field("ops", f"&{made.ops}"),
            Field("owner", f"&{_name(edge, interface)}"),
            Field("index", "0"),
        )

    def _turns(self, edge: Edge, interface: str) -> int:
        """How many operations of others may come first; 0 where that is not known.

        It is where clients take turns: a slot for each, on a HIL that is shared so. A turn
        is as long as the HIL's longest chain.
        """
        board = self._wiring.board
        link = self._wiring.route(edge, interface)
        provision = board.instance(link.provider).component.provides[link.provided]
        sharing = board.hils[interface.partition(".")[0]].sharing
        if provision.per_client is None or sharing != "mux":
            return 0
        others = set()
        for each in self._edges():
            if interface in each.requirement.wired:
                route = self._wiring.route(each, interface)
                if (route.provider, route.provided) == (link.provider, link.provided):
                    others.add(route.index)
        operations = board.interface(interface).operations.values()
        return (len(others) - 1) * max(each.chain for each in operations)

    def _edges(self) -> Iterator[Edge]:
        for instance in self._wiring.instances:
            yield from self._wiring.requires(instance.id)

    def _type(self, name: str, diagnostics: Diagnostics) -> MonitorType | None:
        hil = self._wiring.board.hils[name.partition(".")[0]]
        interface = self._wiring.board.interface(name)
        if not is_watched(interface):
            return None
        types = _function_types(hil.root / hil.header)
        missing = [
            each
            for each in interface.operations.values()
            if f"{hil.name}_{each.name}_fn" not in types
        ]
        for each in missing:
            problem = f"has no function type {hil.name}_{each.name}_fn in {hil.header}"
            diagnostics.report("0707", each.span, operation=each.name, problem=problem)
        return None if missing else monitor_type(hil, interface)


def is_watched(interface: Interface) -> bool:
    """Whether something is called back over it, or one of its operations excludes others."""
    excluding = any(each.excludes for each in interface.operations.values())
    return bool(interface.client_members) or excluding


def _without(call: MonitorCall, known: set[str]) -> MonitorCall:
    return replace(call, excludes=tuple(each for each in call.excludes if each in known))


def group_name(provider: str, hil: str) -> str:
    """The record of what is lent to an instance through one HIL."""
    return f"{object_name(provider)}_{hil}_lent"


def _wired(edge: Edge) -> tuple[str, ...]:
    return edge.requirement.wired


def _name(edge: Edge, interface: str) -> str:
    """The monitor of an edge; the application's name may have what C names have not."""
    tail = re.sub(r"\W", "_", f"_{edge.application}") if edge.application else ""
    place = "" if edge.position is None else f"_{edge.position}"
    member = edge.requirement.member(interface)
    return object_name(f"{edge.client}_{member}{place}{tail}_monitor")


@cache
def _function_types(header: Path) -> Mapping[str, Signature]:
    """`typedef enum err uart_transmit_fn(...);` of a HIL's header, by name."""
    text = header.read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.DOTALL)
    found = {}
    for result, name, types in re.findall(
        r"\btypedef\s+([^;()]*?)\b(\w+_fn)\(([^()]*)\);", text
    ):
        each = tuple(" ".join(word.split()) for word in types.split(","))
        found[name] = (" ".join(result.split()), each)
    return found


def monitor_type(hil: Hil, interface: Interface) -> MonitorType | None:
    """The monitor of an interface whose header has all function types.

    None if an event comes without a descriptor that names the client.
    """
    types = _function_types(hil.root / hil.header)
    signatures = {each: types[f"{hil.name}_{each}_fn"] for each in interface.operations}
    number = list(hil.interfaces).index(interface.leaf)
    records: list[MonitorRecord] = []
    arming: dict[str, str] = {}
    for each in interface.operations.values():
        if each.form == "split":
            done = interface.completions[each.done or ""]
            records.append(
                MonitorRecord(
                    name=each.name,
                    descriptor=f"struct {each.lends}",
                    operation=f"{hil.name}_{each.name}_operation",
                    title=f"{hil.name}_{each.name}",
                    interface=number,
                    out=each.out,
                    done=done.name,
                    fields=(
                        *_mask("errors", "its start", each.errors),
                        *_mask("done_errors", "its completion", done.errors),
                    ),
                )
            )
    for event in interface.events.values():
        begins = event.begins
        lent = None if begins is None else _descriptor(signatures[begins][1])
        if begins is None or lent is None:
            return None  # nothing travels with it that a monitor could put itself into
        arming[begins] = event.name
        if event.ends is not None:
            arming[event.ends] = event.name
        records.append(
            MonitorRecord(
                name=event.name,
                descriptor=lent,
                operation=f"{hil.name}_{event.name}_event",
                title=f"{hil.name}_{event.name}",
                interface=number,
                out=event.out,
                done=event.name,
                fields=(Field("once", "true"),) if event.once else (),
            )
        )
    calls = tuple(
        _call(hil, interface, each, signatures[each.name], arming)
        for each in interface.operations.values()
    )
    ends = tuple(
        MonitorEnd(
            name=name,
            event=name in interface.events,
            function=f"monitors_{hil.name}_{name}",
            inline=f"{hil.name}_{name}",
            descriptor=next(each.descriptor for each in records if each.done == name),
            client=f"{interface.stem}_client",
            records=tuple(each.name for each in records if each.done == name),
        )
        for name in interface.client_members
    )
    stem = interface.stem
    return MonitorType(interface.name, hil.header, stem, tuple(records), calls, ends)


def _mask(name: str, whose: str, errors: tuple[str, ...]) -> Iterator[Field]:
    """A word with a bit for each error."""
    if errors:
        word = sum(1 << ERRORS.index(error) for error in errors)
        yield Field(name, f"0x{word:X}", comment=f"of {whose}: {', '.join(errors)}")


def _descriptor(types: tuple[str, ...]) -> str | None:
    """The struct that a function takes to keep it, if there is exactly one."""
    found = [each.removesuffix(" *") for each in types if re.fullmatch(r"struct \w+ \*", each)]
    return found[0] if len(found) == 1 else None


def _call(
    hil: Hil,
    interface: Interface,
    operation: Operation,
    signature: Signature,
    arming: Mapping[str, str],
) -> MonitorCall:
    result, types = signature
    kind, record = str(operation.form), operation.of or operation.name
    if operation.name in arming:
        event = interface.events[arming[operation.name]]
        kind, record = "arm" if event.begins == operation.name else "disarm", event.name
    names: list[str] = []
    parameters = []
    for number, ctype in enumerate(types):
        name = _parameter(ctype, number, kind)
        names.append(f"{name}{number}" if name in names else name)
        space = "" if ctype.endswith("*") else " "
        parameters.append(f"{ctype}{space}{names[-1]}")
    answers = kind == "now" and (operation.errors or operation.excludes)
    return MonitorCall(
        name=operation.name,
        kind=kind,
        function=f"monitors_{hil.name}_{operation.name}",
        result=result,
        record="" if kind == "now" else record,
        parameters=tuple(parameters),
        arguments=("&self->port", *("lent" if name == "op" else name for name in names[1:])),
        operation=f"{hil.name}_{operation.name}_answer" if answers else "",
        title=f"{hil.name}_{operation.name}",
        fields=tuple(_mask("errors", "its answer", operation.errors)),
        excludes=tuple(f"{hil.name}_{each}_operation" for each in operation.excludes),
    )


def _parameter(ctype: str, number: int, kind: str) -> str:
    """A name for a parameter, by its type."""
    if number == 0:
        return "port"
    if ctype == "enum cancel *":
        return "outcome"
    if re.fullmatch(r"struct \w+ \*", ctype) and kind != "now":
        return "op"
    word = re.search(r"struct \w*?([a-z0-9]+) ?\*?$", ctype)
    return word[1] if word else "value"
