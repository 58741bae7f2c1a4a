# SPDX-License-Identifier: MIT OR Apache-2.0
"""Rules about drivers, capabilities, budget and applications."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING

from boardwright.diagnostics import did_you_mean, suggestion
from boardwright.model import KERNEL
from boardwright.units import with_unit

if TYPE_CHECKING:
    from boardwright.diagnostics import Diagnostics
    from boardwright.model import Board, Instance


_OWN_NUMBERS = 0x80001
"""Driver numbers from here on are nobody's in Tock's list."""


def driver_numbers(board: Board, diagnostics: Diagnostics) -> None:
    """0501: each driver has its own number; a written one is to blame before a default."""
    taken: dict[int, Instance] = {}
    numbers = {each.driver for each in board.instances}
    free = next(each for each in itertools.count(_OWN_NUMBERS) if each not in numbers)
    for instance in board.instances:
        if instance.driver is None:
            continue
        first = taken.setdefault(instance.driver, instance)
        if first is not instance:
            second = instance
            if second.driver_span is None and first.driver_span is not None:
                first, second = second, first
            diagnostics.report(
                "0501",
                second.driver_span or second.span,
                number=instance.driver,
                instance=second.id,
                free=free,
                related=[(first.driver_span or first.span, f"'{first.id}' has it")],
            )


def capabilities(board: Board, diagnostics: Diagnostics) -> None:
    """0502, 0503: what is needed is granted, and nothing else."""
    for instance in board.instances:
        granted = board.grants.get(instance.id, {})
        needed = instance.component.capabilities
        for capability in needed:
            if capability not in granted:
                diagnostics.report(
                    "0502", instance.span, instance=instance.id, capability=capability
                )
        for capability, span in granted.items():
            if capability not in needed:
                hint = suggestion(capability, needed)
                diagnostics.report(
                    "0503", span, instance=instance.id, capability=capability, hint=hint
                )


def reached_drivers(board: Board, diagnostics: Diagnostics) -> None:
    """0506: under a filter each driver is for some application.

    Only on a board without errors: a broken entry may be the one that names it.
    """
    if diagnostics.failed:
        return
    for policy in board.instances:
        for setting in policy.component.per_app.values():
            if not setting.drivers:
                continue
            named = {each for app in board.apps for each in app.drivers.get(setting.name, ())}
            for instance in board.instances:
                if instance.driver is not None and instance.id not in named:
                    diagnostics.report(
                        "0506",
                        instance.span,
                        name=instance.id,
                        key=setting.name,
                        related=[(policy.span, "the filter")],
                    )


def known_ram(board: Board, diagnostics: Diagnostics) -> None:
    """0504: buffers and the main stack alone do not exceed the RAM budget."""
    if board.budget is None or board.budget.ram is None:
        return
    buffers = sum(buffer.size for instance in board.instances for buffer in instance.buffers)
    stack = _kernel_number(board, "stack") or 0
    if buffers + stack > board.budget.ram:
        diagnostics.report(
            "0504",
            board.budget.place("ram"),
            what="buffers and main stack",
            found=f"need {buffers + stack} B of",
            kind="RAM",
            limit=with_unit(Fraction(board.budget.ram), "size"),
        )


def application_slots(board: Board, diagnostics: Diagnostics) -> None:
    """0507: every application has a slot."""
    slots = _kernel_number(board, "slots")
    if slots is not None and len(board.apps) > slots:
        where = board.instance(KERNEL).values["slots"].span
        diagnostics.report(
            "0507",
            board.apps[slots].span,
            count=len(board.apps),
            slots=slots,
            related=[(where, "the number of slots")],
        )


def _kernel_number(board: Board, name: str) -> int | None:
    """A parameter of the kernel; None where something about it is broken."""
    if not board.has_instance(KERNEL):
        return None
    value = board.instance(KERNEL).values.get(name)
    return int(value.value) if value and isinstance(value.value, Fraction) else None


def application_files(board: Board, diagnostics: Diagnostics) -> None:
    """0106, 0508: applications exist, and those already packed fit."""
    free = board.layout.apps_code.size
    for app in board.apps:
        if not app.path.exists():
            problem = "there is no such file or directory"
            known = [each.name for each in app.path.parent.glob("*")]
            hint = did_you_mean(app.path.name, known) if known else ""
            hint = hint or "paths start at the directory of the file that says them"
            diagnostics.report("0106", app.span, path=app.text, problem=problem, hint=hint)
        elif app.path.suffix == ".tbf" and app.path.is_file():
            size = app.path.stat().st_size
            if size > free:
                diagnostics.report(
                    "0508",
                    app.span,
                    name=app.name,
                    size=with_unit(Fraction(size), "size"),
                    free=with_unit(Fraction(free), "size"),
                    related=[(board.layout.apps_code.span, "their memory")],
                )
            free = max(0, free - size)
