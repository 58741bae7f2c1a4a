# SPDX-License-Identifier: MIT OR Apache-2.0
"""What must hold of every image: no heap, constants in flash, memory within its limits."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from boardwright.units import with_unit
from boardwright.verify.elf import read_elf

if TYPE_CHECKING:
    from pathlib import Path

    from boardwright.diagnostics import Diagnostics
    from boardwright.model import Board
    from boardwright.plan import Plan
    from boardwright.plan.ir import Region
    from boardwright.verify.elf import Elf, Section

HEAP = frozenset(
    ("malloc", "calloc", "realloc", "free", "aligned_alloc", "sbrk", "_sbrk", "_malloc_r")
)
"""Functions that only a heap has."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What the kernel takes, bytes."""

    flash: int
    ram: int


def verify_image(path: Path, plan: Plan, board: Board, diagnostics: Diagnostics) -> Usage:
    """Check a linked kernel; findings are at the board's name or its budget."""
    elf = read_elf(path)
    usage = _usage(elf, plan)
    _no_heap(elf, board, diagnostics)
    _regions(elf, plan, board, diagnostics)
    _constants(elf, plan, board, diagnostics)
    _vectors(elf, plan, board, diagnostics)
    _budget(usage, plan, board, diagnostics)
    return usage


def _usage(elf: Elf, plan: Plan) -> Usage:
    flash = sum(each.size for each in elf.sections if each.load is not None)
    ram = sum(each.size for each in elf.sections if _within(each, plan.memory.kernel_data))
    return Usage(flash, ram)


def _within(section: Section, region: Region) -> bool:
    return region.at <= section.at and section.at + section.size <= region.end


def _no_heap(elf: Elf, board: Board, diagnostics: Diagnostics) -> None:
    for symbol in elf.symbols:
        if symbol.name in HEAP:
            diagnostics.report("0901", board.span, symbol=symbol.name)


def _regions(elf: Elf, plan: Plan, board: Board, diagnostics: Diagnostics) -> None:
    code, data = plan.memory.kernel_code, plan.memory.kernel_data
    for section in elf.sections:
        home = data if section.writable else code
        loaded = section.load is None or (
            code.at <= section.load and section.load + section.size <= code.end
        )
        if not _within(section, home) or not loaded:
            diagnostics.report(
                "0902",
                board.span,
                section=section.name,
                range=f"{section.at:#010x} to {section.at + section.size:#010x}",
                kind="RAM" if section.writable else "flash",
                home=f"{home.at:#010x} to {home.end:#010x}",
            )


def _constants(elf: Elf, plan: Plan, board: Board, diagnostics: Diagnostics) -> None:
    """The const objects of board.c, whole or split by the optimiser, are in flash."""
    code = plan.memory.kernel_code
    names = {each.name for each in plan.objects}
    names |= {array.name for each in plan.objects for array in each.arrays}
    names |= {"board_drivers", "board_grants", "board_interrupts", "board_deferred"}
    for symbol in elf.symbols:
        is_const = symbol.name.partition(".")[0] in names and symbol.kind == "STT_OBJECT"
        if is_const and not code.at <= symbol.at < code.end:
            diagnostics.report("0903", board.span, symbol=symbol.name, at=f"{symbol.at:#010x}")


def _vectors(elf: Elf, plan: Plan, board: Board, diagnostics: Diagnostics) -> None:
    symbol = elf.symbol("board_vectors")
    start = plan.memory.kernel_code.at
    if symbol is None or symbol.at != start:
        found = "not there" if symbol is None else f"at {symbol.at:#010x}"
        diagnostics.report("0904", board.span, found=found, start=f"{start:#010x}")


def _budget(usage: Usage, plan: Plan, board: Board, diagnostics: Diagnostics) -> None:
    """What the board promises of its release; a checked build has its regions only."""
    memory = plan.memory
    if plan.checked:
        return
    for kind, used, limit in (
        ("flash", usage.flash, memory.budget_flash),
        ("RAM", usage.ram, memory.budget_ram),
    ):
        if limit is not None and used > limit:
            diagnostics.report(
                "0504",
                board.budget.span if board.budget else board.span,
                what="the kernel",
                found=f"takes {used} B of",
                kind=kind,
                limit=with_unit(Fraction(limit), "size"),
            )
