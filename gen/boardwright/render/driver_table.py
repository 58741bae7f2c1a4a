# SPDX-License-Identifier: MIT OR Apache-2.0
"""The driver table of a board for a terminal and for tools."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boardwright.plan.ir import Driver, Plan


def driver_lines(plan: Plan) -> str:
    """A line for each driver, and one below it for each kind of number it has."""
    lines = []
    for driver in plan.table.by_number:
        lines.append(f"{driver.number:#x}  {driver.id} ({driver.component})")
        for kind, numbers in _numbers(driver).items():
            if numbers:
                lines.append(f"    {kind:10} {', '.join(numbers)}")
    return "\n".join(lines) or "no drivers"


def driver_json(plan: Plan) -> str:
    """A JSON array, one object for each driver."""
    found = [
        {
            "number": driver.number,
            "instance": driver.id,
            "component": driver.component,
            "commands": [
                {"number": each.number, "name": each.name, "arguments": list(each.arguments)}
                for each in driver.abi.commands
            ],
            "allow_ro": dict(_named(driver.abi.allow_ro)),
            "allow_rw": dict(_named(driver.abi.allow_rw)),
            "upcalls": dict(_named(driver.abi.upcalls)),
        }
        for driver in plan.table.by_number
    ]
    return json.dumps(found, indent=2)


def _numbers(driver: Driver) -> dict[str, list[str]]:
    abi = driver.abi
    return {
        "commands": [f"{c.number} {c.name}({', '.join(c.arguments)})" for c in abi.commands],
        "allow ro": [f"{number} {name}" for number, name in abi.allow_ro],
        "allow rw": [f"{number} {name}" for number, name in abi.allow_rw],
        "upcalls": [f"{number} {name}" for number, name in abi.upcalls],
    }


def _named(numbers: tuple[tuple[int, str], ...]) -> list[tuple[str, int]]:
    return [(name, number) for number, name in numbers]
