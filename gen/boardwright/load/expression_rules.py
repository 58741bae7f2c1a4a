# SPDX-License-Identifier: MIT OR Apache-2.0
"""Rules of a component file's expressions: what they may name, and who reads a parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.diagnostics import suggestion
from boardwright.units import INTEGERS, UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boardwright.descriptors import Component, Requirement
    from boardwright.diagnostics import Diagnostics
    from boardwright.expressions import Expression
    from boardwright.load.library import Library

PAD_NUMBERS = ("pad", "group", "function")
"""What an expression can ask of a signal's pad: see `model.Pad`."""
LAYOUT_NAMES = tuple(
    f"layout.{who}_{what}_{edge}"
    for who in ("kernel", "apps")
    for what in ("code", "data")
    for edge in ("start", "end")
)


def check_expressions(component: Component, library: Library, diagnostics: Diagnostics) -> None:
    """0704: every name in every expression has a value."""
    own = [*component.clocks, *component.derived]
    own += [
        name
        for name, each in component.params.items()
        if each.type.kind in INTEGERS or each.type.kind in UNITS
    ]
    facts = {
        port: _facts(library, requirement) for port, requirement in component.requires.items()
    }
    known = [*own, *(f"{port}.{fact}" for port in facts for fact in facts[port])]
    regions = [name for name, each in component.params.items() if each.type.kind == "region"]
    known += [f"{region}.{what}" for region in regions for what in ("start", "size")]
    known += [f"{signal}.{what}" for signal in component.signals for what in PAD_NUMBERS]
    if component.room == "kernel":
        known += LAYOUT_NAMES
    for expression in expressions(component):
        _check_expression(expression, component, known, diagnostics)
        _check_masks(expression, component, library, diagnostics)
    for port, requirement in component.requires.items():
        if requirement.where:
            names = [*known, *facts[port]]
            _check_expression(requirement.where, component, names, diagnostics)
    for provision in component.provides.values():
        if provision.count:
            names = [name for name in own if name in component.params]
            _check_expression(provision.count, component, names, diagnostics)
        for name, narrowing in provision.edge.items():
            if narrowing.achieved:
                _check_expression(narrowing.achieved, component, [*known, name], diagnostics)
        hil = library.hil_of(provision.interfaces)
        for fact, expression in provision.facts.items():
            if hil and fact not in hil.facts:
                hint = suggestion(fact, hil.facts)
                problem = f"HIL '{hil.name}' has no fact '{fact}'"
                owner = f"component '{component.name}'"
                diagnostics.report(
                    "0702", expression.span, owner=owner, problem=problem, hint=hint
                )


def expressions(component: Component) -> Iterator[Expression]:
    """All it computes, but for conditions and counts of its ports."""
    for derived in component.derived.values():
        yield derived.expression
    for buffer in component.buffers.values():
        yield buffer.size
    for array in component.arrays.values():
        yield array.count
    for parameter in component.params.values():
        if parameter.achieved:
            yield parameter.achieved
    for provision in component.provides.values():
        yield from provision.facts.values()
    if component.emulator_file:
        yield component.emulator_file


def _check_expression(
    expression: Expression, component: Component, known: list[str], diagnostics: Diagnostics
) -> None:
    for name in expression.names:
        if name not in known:
            diagnostics.report(
                "0704",
                expression.span,
                expression=expression.text,
                problem=f"'{name}' has no value here",
                hint=suggestion(name, known),
            )
    for port in expression.ports:
        if port not in component.requires and port not in component.provides:
            diagnostics.report(
                "0704",
                expression.span,
                expression=expression.text,
                problem=f"there is no port '{port}'",
                hint=suggestion(port, [*component.requires, *component.provides]),
            )


def _check_masks(
    expression: Expression, component: Component, library: Library, diagnostics: Diagnostics
) -> None:
    """0704: what `mask` asks of edges is something that they have."""
    for mask in expression.masks:
        port = component.requires.get(mask.port) or component.provides.get(mask.port)
        if port is None:
            continue  # reported with all ports
        hil = library.hil_of(port.interfaces)
        params = hil.edge.params if hil and hil.edge else {}
        problem, known = "", list(port.interfaces)
        if mask.name and not mask.word and mask.name not in port.interfaces:
            problem = f"'{mask.port}' has no interface '{mask.name}'"
        elif mask.word and mask.name not in params:
            known = list(params)
            problem = f"an edge of '{mask.port}' has no '{mask.name}'"
        elif mask.word and mask.word not in params[mask.name].type.of:
            known = list(params[mask.name].type.of)
            problem = f"'{mask.name}' is never '{mask.word}'"
        if problem:
            diagnostics.report(
                "0704",
                expression.span,
                expression=expression.text,
                problem=problem,
                hint=suggestion(mask.word if mask.name in params else mask.name, known),
            )


def check_read(component: Component, diagnostics: Diagnostics) -> None:
    """A parameter that is no field is read by an expression, or nothing reads it.

    The kernel's are exempt: the generator itself reads some.
    """
    if component.room == "kernel":
        return
    read = {name for expression in expressions(component) for name in expression.names}
    read |= set(component.emulator_places)
    for requirement in component.requires.values():
        read |= set(requirement.where.names) if requirement.where else set()
    for provision in component.provides.values():
        read |= set(provision.count.names) if provision.count else set()
        read |= {value for value in provision.capacity.values() if isinstance(value, str)}
        rates = [each.achieved for each in provision.edge.values() if each.achieved]
        read |= {name for rate in rates for name in rate.names}
    for parameter in component.params.values():
        if not parameter.member and parameter.name not in read:
            diagnostics.report(
                "0702",
                parameter.span,
                owner=f"component '{component.name}'",
                problem=f"nothing reads parameter '{parameter.name}'",
                hint="",
            )


def _facts(library: Library, port: Requirement) -> list[str]:
    hil = library.hil_of(port.interfaces)
    if hil is None:
        return []
    return [*hil.facts, *(hil.edge.params if hil.edge else ())]
