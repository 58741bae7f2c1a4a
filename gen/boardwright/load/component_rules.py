# SPDX-License-Identifier: MIT OR Apache-2.0
"""What a component file must mean together with the HILs it names (07xx).

One rule, one function; those about expressions are in `expression_rules`. Every rule sees
the component and the interfaces it knows.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from boardwright.descriptors import DRIVER_INTERFACE, Provision
from boardwright.diagnostics import listed, meant, suggestion
from boardwright.load.expression_rules import check_expressions, check_read
from boardwright.load.nodes import Scalar
from boardwright.load.shapes.component import COMPONENT
from boardwright.load.sharing_rules import check_sharing
from boardwright.load.values import read_value
from boardwright.units import INTEGERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boardwright.descriptors import (
        Component,
        EdgeParameter,
        Interface,
        Narrowing,
        Parameter,
        Requirement,
        Type,
    )
    from boardwright.diagnostics import Diagnostics
    from boardwright.load.library import Library
    from boardwright.span import Span

RESERVED = ("kind", "driver", "to", "at", "state", "registers")


def check_component(component: Component, library: Library, diagnostics: Diagnostics) -> None:
    """Report everything that one component, which could be read, gets wrong."""
    before = len(diagnostics)
    known = _known_interfaces(component, library, diagnostics)
    _check_room(component, diagnostics)
    _check_ports(component, known, diagnostics)
    _check_handlers(component, known, diagnostics)
    _check_operations(component, known, diagnostics)
    _check_completable(component, known, diagnostics)
    _check_indices(component, diagnostics)
    _check_edge_ports(component, library, diagnostics)
    _check_emulator(component, diagnostics)
    _check_through(component, diagnostics)
    check_sharing(component, library, diagnostics)
    _check_per_app(component, known, diagnostics)
    _check_names(component, diagnostics)
    _check_grant(component, diagnostics)
    check_expressions(component, library, diagnostics)
    _check_narrowing(component, library, diagnostics)
    if len(diagnostics) == before:  # else a broken expression may have been its reader
        check_read(component, diagnostics)


def _ports(component: Component) -> Iterator[Requirement | Provision]:
    yield from component.requires.values()
    yield from component.provides.values()


def _known_interfaces(
    component: Component, library: Library, diagnostics: Diagnostics
) -> dict[str, Interface]:
    """0701: every interface of every port is declared somewhere."""
    known: dict[str, Interface] = {}
    for port in _ports(component):
        for name in port.interfaces:
            interface = library.interface(name, port.span)
            if interface is not None:
                known[name] = interface
            else:
                hint = suggestion(name, library.interface_names(name))
                diagnostics.report("0701", port.span, name=name, hint=hint)
    for setting in component.per_app.values():
        for name in () if setting.drivers else setting.type.interfaces:
            if library.interface(name, setting.span) is None:
                diagnostics.report("0701", setting.span, name=name, hint="")
    return known


def _check_room(component: Component, diagnostics: Diagnostics) -> None:
    """0710: a key that this room does not have."""
    for name, key in COMPONENT.keys.items():
        elsewhere = key.rooms and component.room not in key.rooms
        if elsewhere and getattr(component, name) not in (None, (), {}):
            diagnostics.report("0710", component.span, room=component.room, key=name)


def _check_grant(component: Component, diagnostics: Diagnostics) -> None:
    """0715: a grant that the C counts on and the descriptor leaves out.

    The one place where a header is read: what the C does with a grant of no bytes is
    silent and lasts until something else breaks.
    """
    header = component.root / component.header
    if component.syscall is None or component.syscall.grant or not header.is_file():
        return
    if f"struct {component.name}_grant {{" in header.read_text(encoding="utf-8"):
        diagnostics.report(
            "0715", component.syscall.span, name=component.name, header=header.name
        )


def _check_ports(
    component: Component, known: dict[str, Interface], diagnostics: Diagnostics
) -> None:
    """0706: one port, one HIL file."""
    for port in _ports(component):
        hils = list(dict.fromkeys(known[each].hil for each in port.interfaces if each in known))
        if len(hils) > 1:
            diagnostics.report("0706", port.span, port=port.port, hils=listed(hils))


def _check_handlers(
    component: Component, known: dict[str, Interface], diagnostics: Diagnostics
) -> None:
    """0703: a function for every completion and event; 0702: none for anything else."""
    for port in component.requires.values():
        members: dict[str, str] = {}
        for name in port.wired:
            if name in known:
                members.update(dict.fromkeys(known[name].client_members, name))
        for member, interface in members.items():
            if member not in port.handles and not meant(
                member, [each for each in port.handles if each not in members]
            ):
                diagnostics.report(
                    "0703", port.span, port=port.port, member=member, interface=interface
                )
        for member in port.handles:
            if member not in members and all(name in known for name in port.interfaces):
                diagnostics.report(
                    "0702",
                    port.span,
                    owner=f"component '{component.name}'",
                    problem=f"port '{port.port}' handles '{member}', which never comes",
                    hint=suggestion(member, members),
                )


def _check_operations(
    component: Component, known: dict[str, Interface], diagnostics: Diagnostics
) -> None:
    """0709: `<component>_<operation>` is one function."""
    seen: dict[str, str] = {}
    for port in component.provides.values():
        for name in port.served:
            for operation in known[name].operations if name in known else ():
                first = seen.setdefault(operation, name)
                if first.partition(".")[0] != name.partition(".")[0]:
                    problem = f"is in {first} and in {name}"
                    diagnostics.report("0709", port.span, operation=operation, problem=problem)


def _check_emulator(component: Component, diagnostics: Diagnostics) -> None:
    """0702, 0704: what an argument for the emulator asks for, and the file that one takes."""
    file = component.emulator_file
    words = ["id", *(name for name, each in component.params.items() if _always_told(each))]
    words += ["file"] if file else []
    for place in component.emulator_places:
        port, dot, name = place.partition(".")
        if place in words or (dot and name and port in component.requires):
            continue
        known = (*words, *(f"{each}.x" for each in component.requires))
        diagnostics.report(
            "0704",
            component.span,
            expression=f"{{{place}}}",
            problem="an argument for the emulator takes {id}, {port.x}, a parameter that is "
            "always there, and {file} if 'emulator' has a 'file'",
            hint=suggestion(place, known),
        )
    if file and "file" not in component.emulator_places:
        owner = f"component '{component.name}'"
        problem = "no argument for the emulator takes {file}"
        diagnostics.report("0702", file.span, owner=owner, problem=problem, hint="")


def _always_told(parameter: Parameter) -> bool:
    """Whether it has one value that an argument can tell, on every board."""
    return not parameter.optional and parameter.type.kind not in {"path", "port", "region"}


def _check_edge_ports(component: Component, library: Library, diagnostics: Diagnostics) -> None:
    """0701, 0702: a port on an edge is one that anybody can call, without handlers."""
    for port in _ports(component):
        hil = library.hil_of(port.interfaces)
        for parameter in hil.edge.params.values() if hil and hil.edge else ():
            for name in parameter.type.interfaces:
                interface = library.interface(name, parameter.span)
                owner = f"edge parameter '{parameter.name}' of HIL '{hil.name if hil else ''}'"
                if interface is None:
                    hint = suggestion(name, library.interface_names(name))
                    diagnostics.report("0701", parameter.span, name=name, hint=hint)
                elif not interface.synchronous:
                    problem = f"{name} calls back, and an edge has no handlers"
                    diagnostics.report(
                        "0702", parameter.span, owner=owner, problem=problem, hint=""
                    )
            for key, word in parameter.sets.items():
                _check_set(parameter, key, word, library, diagnostics)


def _check_set(
    parameter: EdgeParameter, key: str, word: str, library: Library, diagnostics: Diagnostics
) -> None:
    """0702: what a port's own edge is to say is one of the words that it can."""
    target = library.hil_of(parameter.type.interfaces)
    params = target.edge.params if target and target.edge else {}
    known = params[key].type.of if key in params else None
    if target is None or (known is not None and word in known):
        return
    owner = f"edge parameter '{parameter.name}'"
    problem = f"'sets' of '{key}', which an edge of {target.name} does not have"
    hint = suggestion(key, params)
    if known is not None:
        problem, hint = f"'sets' of '{key}' to '{word}'", suggestion(word, known)
    diagnostics.report("0702", parameter.span, owner=owner, problem=problem, hint=hint)


def _check_indices(component: Component, diagnostics: Diagnostics) -> None:
    """0702: the index says either the port, or the element, or the client, never two."""
    first: dict[str, Provision] = {}
    params = component.params
    for port in component.provides.values():
        for name in port.served:
            other = first.setdefault(name, port)
            pair = {other.port, port.port}
            if other is port or any(pair <= set(group) for group in component.exclusive):
                continue
            for each in (other, port):
                clients = each.capacity[name]
                one = clients == 1 or (isinstance(clients, str) and clients not in params)
                if each.count is not None or not one:
                    diagnostics.report(
                        "0702",
                        port.span,
                        owner=f"component '{component.name}'",
                        problem=f"{name} is on the ports '{other.port}' and '{port.port}': "
                        "neither is an array or serves several clients",
                        hint="",
                    )
                    break


def _check_completable(
    component: Component, known: dict[str, Interface], diagnostics: Diagnostics
) -> None:
    """0708: something must be able to end a split-phase operation."""
    if component.interrupts or component.deferred or component.requires:
        return
    for port in component.provides.values():
        for name in port.served:
            if name in known and known[name].completions:
                diagnostics.report("0708", port.span, component=component.name, interface=name)


def _check_through(component: Component, diagnostics: Diagnostics) -> None:
    """`through` names a required port that is there and single."""
    owner = f"component '{component.name}'"
    for port in component.provides.values():
        if port.through is None:
            continue
        behind = component.requires.get(port.through)
        if behind is None:
            problem = f"'through' of '{port.port}' names no required port '{port.through}'"
        elif behind.optional or behind.list:
            problem = (
                f"'through' of '{port.port}' needs a port that is neither optional nor a list"
            )
        else:
            continue
        hint = suggestion(port.through, component.requires)
        diagnostics.report("0702", port.span, owner=owner, problem=problem, hint=hint)
    for capacity_port in component.provides.values():
        for value in capacity_port.capacity.values():
            number = component.params.get(value) if isinstance(value, str) else None
            if number is not None and number.type.kind not in INTEGERS:
                problem = f"'clients' of '{capacity_port.port}' is '{value}', no whole number"
                diagnostics.report(
                    "0702", capacity_port.span, owner=owner, problem=problem, hint=""
                )
            if isinstance(value, str) and number is None:
                problem = f"'clients' of '{capacity_port.port}' names no parameter '{value}'"
                hint = suggestion(value, component.params)
                diagnostics.report(
                    "0702", capacity_port.span, owner=owner, problem=problem, hint=hint
                )


def _check_per_app(
    component: Component, known: dict[str, Interface], diagnostics: Diagnostics
) -> None:
    """A setting that is a port lists drivers, or stands in for a port of this component."""
    for setting in component.per_app.values():
        own = component.requires.get(setting.name)
        problem = ""
        if setting.drivers and setting.list is None:
            problem = f"names drivers, so it is a list ({DRIVER_INTERFACE})"
        elif setting.list is not None and not setting.drivers:
            problem = f"is a list, which only drivers are ({DRIVER_INTERFACE})"
        elif setting.port and (own is None or own.interfaces != setting.type.interfaces):
            problem = "stands in for a port of the component, and there is no such port"
        elif setting.port and own is not None and (own.list or not _answers(own, known)):
            problem = "stands in for a port that is a list or is called back"
        if problem:
            owner = f"component '{component.name}'"
            problem = f"'{setting.name}' of applications {problem}"
            diagnostics.report("0702", setting.span, owner=owner, problem=problem, hint="")


def _answers(port: Requirement, known: dict[str, Interface]) -> bool:
    return all(known[name].synchronous for name in port.wired if name in known)


def _check_names(component: Component, diagnostics: Diagnostics) -> None:
    """0711: members of one struct and keys of one map do not collide."""
    names: list[tuple[str, str, Span]] = [
        *((port.port, "a port", port.span) for port in component.requires.values()),
        *((signal, "a signal", component.span) for signal in component.signals),
        *((name, "a parameter", each.span) for name, each in component.params.items()),
        *((name, "a derived value", each.span) for name, each in component.derived.items()),
        *((name, "a buffer", each.span) for name, each in component.buffers.items()),
        *((name, "an array", each.span) for name, each in component.arrays.items()),
        *(
            (name, "a setting of applications", each.span)
            for name, each in component.per_app.items()
            if each.drivers
        ),
    ]
    seen: dict[str, tuple[str, Span]] = {}
    for name, what, span in names:
        if name in RESERVED:
            diagnostics.report("0711", span, name=name, problem="is a word of the language")
        elif name in seen:
            first, where = seen[name]
            diagnostics.report(
                "0711",
                span,
                name=name,
                problem=f"is {first} and {what}",
                related=[(where, f"{first} here")],
            )
        seen.setdefault(name, (what, span))


def _check_narrowing(component: Component, library: Library, diagnostics: Diagnostics) -> None:
    """0705: a port narrows what the HIL's edge allows, and only that."""
    for port in _ports(component):
        hil = library.hil_of(port.interfaces)
        params = hil.edge.params if hil and hil.edge else {}
        for key, narrowing in port.edge.items():
            parameter = params.get(key)
            if parameter is None:
                problem = f"is no edge parameter; {suggestion(key, params) or 'there are none'}"
            elif narrowing.optional and not parameter.optional and parameter.default is None:
                problem = "is required by the HIL and cannot become optional"
            elif not set(narrowing.of) <= set(parameter.type.of):
                wider = [word for word in narrowing.of if word not in parameter.type.of]
                problem = f"allows {listed(wider)}, which the HIL does not"
            elif _is_wider(narrowing, parameter.type, diagnostics):
                problem = "has wider bounds than the HIL"
            elif parameter.type.kind == "port" and _has_value(narrowing):
                problem = "is a port: it has neither bounds nor a default"
            elif narrowing.dynamic and isinstance(port, Provision):
                problem = "is changed by clients, so that they say 'dynamic'"
            elif narrowing.achieved and not isinstance(port, Provision):
                problem = "is made by providers, so that they say 'achieved'"
            elif narrowing.dynamic and parameter.unique:
                problem = "tells the clients of a bus apart and cannot change"
            else:
                continue
            diagnostics.report("0705", narrowing.span, key=key, port=port.port, problem=problem)


def _has_value(narrowing: Narrowing) -> bool:
    """Whether it says more than that the parameter is there."""
    values = (narrowing.default, narrowing.min, narrowing.max)
    return narrowing.dynamic or bool(narrowing.of) or any(each is not None for each in values)


def _is_wider(narrowing: Narrowing, type_: Type, diagnostics: Diagnostics) -> bool:
    least, most = type_.min, type_.max
    own_least = _number(narrowing.min, narrowing, type_, diagnostics)
    own_most = _number(narrowing.max, narrowing, type_, diagnostics)
    below = own_least is not None and isinstance(least, Fraction) and own_least < least
    above = own_most is not None and isinstance(most, Fraction) and own_most > most
    return below or above


def _number(
    text: str | None, narrowing: Narrowing, type_: Type, diagnostics: Diagnostics
) -> Fraction | None:
    """A bound as the HIL's type; None if it is absent or a fact's name."""
    if text is None or text[:1].isalpha():
        return None
    value = read_value(Scalar(text, narrowing.span), type_, narrowing.name, diagnostics)
    return value if isinstance(value, Fraction) else None
