# SPDX-License-Identifier: MIT OR Apache-2.0
"""Rules about what the chip has once: interrupt lines, addresses, memory."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from boardwright.check.use import use_of

if TYPE_CHECKING:
    from boardwright.diagnostics import Diagnostics
    from boardwright.model import Board, BoundInterrupt, Instance, Pad, Region
    from boardwright.span import Span


def interrupt_lines(board: Board, diagnostics: Diagnostics) -> None:
    """0402, 0411: one line, one peripheral, unless chip and handlers agree to share."""
    raised: dict[str, list[tuple[Instance, BoundInterrupt]]] = {}
    for instance in board.instances:
        for bound in instance.interrupts.values():
            raised.setdefault(bound.line.name, []).append((instance, bound))
    for line, users in raised.items():
        if len(users) < 2:
            continue
        first, first_bound = users[0]
        for instance, bound in users[1:]:
            if not bound.line.shared:
                diagnostics.report(
                    "0402",
                    use_of(board, instance),
                    line=line,
                    instance=instance.id,
                    related=[
                        (bound.span, "the line it raises"),
                        (first_bound.span, f"taken by '{first.id}'"),
                        (use_of(board, first), f"'{first.id}' is used here"),
                    ],
                )
        for instance, bound in users:
            if bound.line.shared and not bound.interrupt.shareable:
                diagnostics.report(
                    "0411",
                    use_of(board, instance),
                    line=line,
                    instance=instance.id,
                    related=[(bound.interrupt.span, "its handler")],
                )


def pads(board: Board, diagnostics: Diagnostics) -> None:
    """0403: a pad carries one signal, and is then no pin."""
    taken: dict[tuple[str, str, int], tuple[Instance, Pad]] = {}
    for instance in board.instances:
        for pad in instance.pads:
            place = (pad.provider, pad.provided, pad.element)
            first, carried = taken.setdefault(place, (instance, pad))
            if carried is not pad:
                _carried(pad.span, pad.text, first, carried, diagnostics)
    for edge in board.edges:
        if edge.element is None:
            continue
        found = taken.get((edge.provider, edge.provided, edge.element))
        if found is not None:
            _carried(edge.span, found[1].text, *found, diagnostics)


def _carried(
    span: Span, text: str, instance: Instance, pad: Pad, diagnostics: Diagnostics
) -> None:
    diagnostics.report(
        "0403",
        span,
        pad=text,
        signal=pad.signal,
        instance=instance.id,
        related=[(pad.span, f"'{instance.id}' has it here")],
    )


def register_blocks(board: Board, diagnostics: Diagnostics) -> None:
    """0405: register blocks of peripherals in use do not overlap."""
    blocks = sorted(
        (
            (instance.registers, instance.registers + instance.component.registers, instance)
            for instance in board.instances
            if instance.registers is not None and instance.component.registers is not None
        ),
        key=lambda block: (block[0], block[1], block[2].id),
    )
    for (at, end, first), (next_at, next_end, instance) in itertools.pairwise(blocks):
        if next_at < end:
            diagnostics.report(
                "0405",
                use_of(board, instance),
                instance=instance.id,
                range=f"{next_at:#x}-{next_end:#x}",
                other=first.id,
                other_range=f"{at:#x}-{end:#x}",
                related=[(instance.span, "its address"), (first.span, "the other's address")],
            )


def memory_regions(board: Board, diagnostics: Diagnostics) -> None:
    """0410: every region lies in its memory, and none in another."""
    layout = board.layout
    regions = [
        ("the kernel's code", layout.kernel_code),
        ("the kernel's data", layout.kernel_data),
        ("the applications' code", layout.apps_code),
        ("the applications' data", layout.apps_data),
        *((f"'{name}' of '{who}'", region) for (who, name), region in layout.others.items()),
    ]
    reported: set[str] = set()
    for what, region in regions:
        memory = board.chip.memory[region.memory]
        if region.span == memory.span and memory.name in reported:
            continue  # it is what the other one leaves
        problem = ""
        if region.at < memory.at or region.at + region.size > memory.at + memory.size:
            end = memory.at + memory.size
            problem = f"is not within {memory.name}, which is {memory.at:#x}-{end:#x}"
        elif region.size == 0:
            problem = "is empty"
        elif what.endswith("data") and "w" not in memory.access:
            problem = f"is in {memory.name}, which cannot be written"
        elif what.endswith("code") and "x" not in memory.access:
            problem = f"is in {memory.name}, which is not for code"
        if problem:
            reported.add(memory.name)
            diagnostics.report(
                "0410",
                region.span,
                what=what,
                range=f" ({_range(region)})",
                problem=problem,
                hint="",
                related=[(memory.span, "the chip's memory")],
            )
    for index, (what, region) in enumerate(regions):
        for other_what, other in regions[:index]:
            if region.at < other.at + other.size and other.at < region.at + region.size:
                diagnostics.report(
                    "0410",
                    region.span,
                    what=what,
                    range=f" ({_range(region)})",
                    problem=f"overlaps {other_what} ({_range(other)})",
                    hint="",
                    related=[(other.span, f"{other_what}")],
                )


def _range(region: Region) -> str:
    return f"{region.at:#x}-{region.at + region.size:#x}"
