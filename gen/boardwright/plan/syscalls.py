# SPDX-License-Identifier: MIT OR Apache-2.0
"""The driver table: instances with syscalls, a slot each, a grant each that keeps data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from boardwright.c_names import object_name, thunk_name
from boardwright.plan.hashing import perfect_hash
from boardwright.plan.ir import Abi, Command, Driver, DriverTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from boardwright.descriptors import Component, Syscall
    from boardwright.model import Instance


def driver_table(instances: tuple[Instance, ...]) -> DriverTable:
    """The table of those instances that have a driver number."""
    found = [_driver(i, i.driver) for i in instances if i.driver is not None]
    table = perfect_hash([driver.number for driver in found])
    slots: list[Driver | None] = [None] * table.size
    for driver in found:
        index = table.slot(driver.number)
        slots[index] = replace(driver, index=index)
    grants = 0
    for ordinal, slot in enumerate([each for each in slots if each]):
        keeps = slot.grant_struct or slot.upcalls or slot.allow_ro or slot.allow_rw
        grant = grants if keeps else None
        slots[slot.index] = replace(slot, ordinal=ordinal, grant=grant)
        grants += 1 if keeps else 0
    return DriverTable(tuple(slots), table.multiplier, table.shift)


def component_abi(component: Component) -> Abi:
    """The numbers that the component's own C switches on."""
    assert component.syscall is not None
    return _abi(component, component.syscall, component.name, component.syscall.number)


def _driver(instance: Instance, number: int) -> Driver:
    component = instance.component
    syscall = component.syscall
    assert syscall is not None
    return Driver(
        id=instance.id,
        object=object_name(instance.id),
        component=component.name,
        number=number,
        index=0,
        ordinal=0,
        grant=None,
        grant_struct=f"struct {component.name}_grant" if syscall.grant else "",
        exited=thunk_name(instance.id, "exited") if syscall.exited else "",
        exited_call=syscall.exited or "",
        answers_exists=0 in syscall.commands,
        upcalls=_count(syscall.upcalls),
        allow_ro=_count(syscall.allow_ro),
        allow_rw=_count(syscall.allow_rw),
        abi=_abi(component, syscall, instance.id, number),
    )


def _abi(component: Component, syscall: Syscall, name: str, number: int) -> Abi:
    return Abi(
        component=component.name,
        prefix=name.upper(),
        number=number,
        doc=component.doc,
        commands=tuple(
            Command(command.number, command.name, command.arguments)
            for command in sorted(syscall.commands.values(), key=lambda each: each.number)
        ),
        allow_ro=tuple(sorted(syscall.allow_ro.items())),
        allow_rw=tuple(sorted(syscall.allow_rw.items())),
        upcalls=tuple(sorted(syscall.upcalls.items())),
    )


def _count(numbers: Mapping[int, str]) -> int:
    """Highest number plus one."""
    return max(numbers, default=-1) + 1
