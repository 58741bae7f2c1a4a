# SPDX-License-Identifier: MIT OR Apache-2.0
"""Who is called for which interrupt line, and where it is called from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.c_names import object_name, thunk_name
from boardwright.plan.ir import Call, Interrupts, Line, Thunk

if TYPE_CHECKING:
    from boardwright.chips import Chip
    from boardwright.diagnostics import Diagnostics
    from boardwright.model import BoundInterrupt, Instance
    from boardwright.plan.arch import Arch

Bound = tuple["Instance", "BoundInterrupt"]


def interrupt_plan(
    instances: tuple[Instance, ...], chip: Chip, arch: Arch, diagnostics: Diagnostics
) -> Interrupts:
    """All lines in use. Reports what the language has and this generator has not."""
    bound: dict[str, list[Bound]] = {}
    for instance in instances:
        for each in instance.interrupts.values():
            bound.setdefault(each.line.name, []).append((instance, each))
    lines = []
    for name, users in bound.items():
        if _supported(users, arch, diagnostics):
            lines.append(_line(name, users))
    lines.sort(key=lambda line: (line.number is None, line.number or 0, line.name))
    numbered = {line.number: line for line in lines if line.number is not None}
    bottoms = [line.number for line in lines if not line.top and line.number is not None]
    vectors = ["" for _ in range(chip.interrupt_count)]
    for number, line in numbered.items():
        vectors[number] = line.thunk.name if line.top else "arch_interrupt"
    highest = max(bottoms, default=-1)
    return Interrupts(
        lines=tuple(lines),
        vectors=tuple(vectors),
        core={
            exception: next((line.thunk.name for line in lines if line.name == exception), "")
            for exception in arch.exceptions
        },
        words=-(-(highest + 1) // 32),
    )


def _line(name: str, users: list[Bound]) -> Line:
    first, bound = users[0]
    if len(users) == 1:
        thunk = thunk_name(first.id, f"{bound.interrupt.name}_interrupt")
    else:
        thunk = f"board_line_{name}_interrupt"
    calls = tuple(
        Call(each.interrupt.handler, object_name(instance.id), instance.id, each.span.place)
        for instance, each in users
    )
    return Line(name, bound.line.number, bound.interrupt.top, Thunk(thunk, calls))


def _supported(users: list[Bound], arch: Arch, diagnostics: Diagnostics) -> bool:
    _, first = users[0]
    if first.line.number is None and first.line.name not in arch.exceptions:
        known = ", ".join(arch.exceptions)
        diagnostics.report(
            "0801",
            first.span,
            what=f"a handler for the core exception '{first.line.name}'",
            hint=f"{arch.name} has {known}",
        )
        return False
    if first.line.number is None and not first.interrupt.top:
        diagnostics.report(
            "0801",
            first.span,
            what=f"a bottom half for the core exception '{first.line.name}'",
            hint="say `top: true` in the component",
        )
        return False
    if first.line.pulse:
        diagnostics.report("0801", first.span, what="lines with `pulse: true`", hint="")
        return False
    mixed = next((b for _, b in users if b.interrupt.top != first.interrupt.top), None)
    if mixed:
        diagnostics.report(
            "0801",
            mixed.span,
            what=f"line '{first.line.name}' with both a top and a bottom half",
            hint="",
        )
        return False
    return True
