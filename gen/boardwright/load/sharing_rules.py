# SPDX-License-Identifier: MIT OR Apache-2.0
"""What a virtualizer says of the operations it shares is complete and true (0716)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.diagnostics import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boardwright.descriptors import Component, Interface, Sharing, Treatment
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
            problem = _untrue(component, treatment)
        if problem:
            diagnostics.report(
                "0716", treatment.span, component=component.name, problem=problem, hint=hint
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


def _untreated(interfaces: dict[str, Interface], sharing: Sharing) -> Iterator[str]:
    """What nothing is said of: whole interfaces by their name, else operations."""
    for name, interface in interfaces.items():
        if name in sharing.treats:
            continue
        left = [each for each in _operations(interface) if each not in sharing.treats]
        yield from [name] if len(left) == len(interface.operations) else left


def _untrue(component: Component, treatment: Treatment) -> str:
    """What the ports say against a treatment; an operation is offered as its interface is."""
    interface = ".".join(treatment.name.split(".")[:2])
    served = any(interface in port.served for port in component.provides.values())
    offered = any(interface in port.interfaces for port in component.provides.values())
    true = "passed" if offered and not served else "hidden" if not offered else ""
    if treatment.how in ("passed", "hidden") and treatment.how != true:
        what = {"passed": "does not hand on", "hidden": "offers"}[treatment.how]
        return f"calls '{treatment.name}' {treatment.how}, but {what} {interface}"
    if treatment.how not in ("passed", "hidden") and true:
        what = {"passed": "hands on as it is", "hidden": "does not offer"}[true]
        return f"calls '{treatment.name}' {treatment.how}, but {what} {interface}"
    return ""
