# SPDX-License-Identifier: MIT OR Apache-2.0
"""What a virtualizer says of the operations it shares is complete and true (0716)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.diagnostics import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boardwright.descriptors import Component, Interface, Provision, Sharing, Treatment
    from boardwright.diagnostics import Diagnostics
    from boardwright.load.library import Library


def check_sharing(component: Component, library: Library, diagnostics: Diagnostics) -> None:
    """0716: each operation of the HILs it provides is treated once, as the ports say."""
    if component.room != "virtualizers" or not component.provides:
        return
    interfaces = shared_interfaces(component, library)
    sharing = component.sharing
    if sharing is None:
        problem = f"says nothing of {_names(interfaces)}"
        hint = "sharing: {order: rotation, wipes: ..., treats: {...}}"
        diagnostics.report(
            "0716", component.span, component=component.name, problem=problem, hint=hint
        )
        return
    known = {operation for each in interfaces.values() for operation in _operations(each)}
    for treatment in sharing.treats.values():
        problem = hint = ""
        if treatment.name not in known and treatment.name not in interfaces:
            problem = f"treats '{treatment.name}', which is in no HIL it provides"
            hint = suggestion(treatment.name, (*interfaces, *sorted(known)))
        elif treatment.name in known and treatment.name.rpartition(".")[0] in sharing.treats:
            problem = f"treats '{treatment.name}' twice: its interface is treated whole"
        else:
            problem, hint = _untrue(component, treatment)
        if problem:
            diagnostics.report(
                "0716", treatment.span, component=component.name, problem=problem, hint=hint
            )
    for provision, problem, hint in _without_means(component, library):
        diagnostics.report(
            "0716", provision.span, component=component.name, problem=problem, hint=hint
        )
    for name in _untreated(interfaces, sharing):
        hint = f"{name}: {{as: virtualized, why: ...}}"
        diagnostics.report(
            "0716",
            sharing.span,
            component=component.name,
            problem=f"does not say what becomes of {name}",
            hint=hint,
        )


def shared_interfaces(component: Component, library: Library) -> dict[str, Interface]:
    """Every interface of the HILs that it provides a port of, offered or not."""
    hils = [library.hil_of(port.interfaces) for port in component.provides.values()]
    return {each.name: each for hil in hils if hil for each in hil.interfaces.values()}


def _operations(interface: Interface) -> Iterator[str]:
    return (f"{interface.name}.{operation}" for operation in interface.operations)


def _names(interfaces: dict[str, Interface]) -> str:
    return ", ".join(interfaces)


def _without_means(
    component: Component, library: Library
) -> Iterator[tuple[Provision, str, str]]:
    """Ports for many without what is behind them, or without room for each client."""
    for port in component.provides.values():
        hil = library.hil_of(port.interfaces)
        leaves = {each.name: each for each in hil.interfaces.values()} if hil else {}
        many = [
            name
            for name in port.served
            if name in leaves and leaves[name].client_members and port.capacity[name] is None
        ]
        behind = [each for each in component.requires.values() if {*many} & {*each.interfaces}]
        if behind and port.through is None:
            problem = f"does not say which port is behind '{port.port}'"
            yield port, problem, f"through: {behind[0].port}"
        if many and port.per_client is None and not component.arrays:
            problem = f"has room for no client of '{port.port}', which serves many"
            yield port, problem, "per_client: turn"


def _untreated(interfaces: dict[str, Interface], sharing: Sharing) -> Iterator[str]:
    """What nothing is said of: whole interfaces by their name, else operations."""
    for name, interface in interfaces.items():
        if name in sharing.treats:
            continue
        left = [each for each in _operations(interface) if each not in sharing.treats]
        yield from [name] if len(left) == len(interface.operations) else left


def _untrue(component: Component, treatment: Treatment) -> tuple[str, str]:
    """What the ports say against a treatment, and what is true.

    An operation is offered as its interface is.
    """
    interface = ".".join(treatment.name.split(".")[:2])
    served = any(interface in port.served for port in component.provides.values())
    offered = any(interface in port.interfaces for port in component.provides.values())
    true = "passed" if offered and not served else "hidden" if not offered else ""
    if treatment.how in ("passed", "hidden") and treatment.how != true:
        what = {"passed": "does not hand on", "hidden": "offers"}[treatment.how]
        problem = f"calls '{treatment.name}' {treatment.how}, but {what} {interface}"
        return problem, f"as: {true or 'virtualized'}"
    if treatment.how not in ("passed", "hidden") and true:
        what = {"passed": "hands on as it is", "hidden": "does not offer"}[true]
        return (
            f"calls '{treatment.name}' {treatment.how}, but {what} {interface}",
            f"as: {true}",
        )
    return "", ""
