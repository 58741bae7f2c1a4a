# SPDX-License-Identifier: MIT OR Apache-2.0
"""Sealing: where a component's calls of an interface all reach one other component.

The generator knows every edge, so it can name the callee where the compiler sees only a
table of functions. It does so per component: its sources are compiled once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.plan.ir import Seal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boardwright.model import Edge
    from boardwright.plan.wiring import Wiring


def seals(wiring: Wiring) -> tuple[Seal, ...]:
    """One for each component that calls HIL ports, by name."""
    callees: dict[str, dict[str, dict[str, list[str]]]] = {}
    for instance in wiring.instances:
        for requirement in instance.component.requires.values():
            for edge in wiring.requires(instance.id, requirement.port):
                callers = frozenset({instance.component.name})
                for caller, each in _calls(wiring, edge, callers):
                    for interface in each.requirement.wired:
                        link = wiring.route(each, interface)
                        provider = wiring.board.instance(link.provider).component.name
                        sites = callees.setdefault(caller, {})
                        who = sites.setdefault(interface, {}).setdefault(provider, [])
                        site = f"{each.client}.{each.port}"
                        if site not in who:
                            who.append(site)
    return tuple(_seal(wiring, name, callees[name]) for name in sorted(callees))


def _calls(wiring: Wiring, edge: Edge, callers: frozenset[str]) -> Iterator[tuple[str, Edge]]:
    """Who may call an edge, and the edges of its parameters that are ports."""
    for caller in sorted(callers):
        yield caller, edge
    for inner in edge.ports.values():
        yield from _calls(wiring, inner, callers | wiring.seers(edge))


def _seal(wiring: Wiring, name: str, interfaces: dict[str, dict[str, list[str]]]) -> Seal:
    macros, opened = [], []
    for interface in sorted(interfaces):
        providers = interfaces[interface]
        stem = wiring.board.interface(interface).stem.upper()
        if len(providers) == 1:
            ((provider, sites),) = providers.items()
            macros.append((f"{stem}_SEALED", provider, ", ".join(sites)))
        else:
            reached = "; ".join(
                f"{', '.join(sites)} {'reach' if len(sites) > 1 else 'reaches'} {provider}"
                for provider, sites in providers.items()
            )
            opened.append((interface, reached))
    return Seal(name, tuple(macros), tuple(opened))


def sealed_pairs(wiring: Wiring, made: tuple[Seal, ...]) -> frozenset[tuple[str, str]]:
    """The (component, interface) pairs that the seals close."""
    by_macro = {
        f"{interface.stem.upper()}_SEALED": interface.name
        for hil in wiring.board.hils.values()
        for interface in hil.interfaces.values()
    }
    return frozenset((s.component, by_macro[macro]) for s in made for macro, _, _ in s.macros)
