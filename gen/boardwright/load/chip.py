# SPDX-License-Identifier: MIT OR Apache-2.0
"""A chip file to `Chip`, and the nodes of the instances it defines."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from boardwright.chips import Chip, ChipEmulator, Clock, Line, Memory
from boardwright.descriptors import Type
from boardwright.load.fields import Fields
from boardwright.load.nodes import Mapping, Node, Scalar, Sequence
from boardwright.load.shapes import chip as shapes
from boardwright.load.values import read_value

if TYPE_CHECKING:
    from boardwright.diagnostics import Diagnostics
    from boardwright.load.document import Document
    from boardwright.load.nodes import Entry


@dataclass(frozen=True, slots=True)
class ChipFile:
    """A chip with what is resolved as part of a board: peripherals, kernel defaults."""

    chip: Chip
    peripherals: Mapping
    kernel: Mapping


def read_chip(document: Document, root: Path, diagnostics: Diagnostics) -> ChipFile:
    """The chip a document describes; faults are reported and left out.

    `root` is the include path that its sources are relative to.
    """
    name = document.name.text
    fields = Fields(
        document.body, shapes.CHIP, f"chip '{name}'", diagnostics, place=document.name.span
    )
    node = fields.get("interrupts") or _nothing(fields)
    interrupts = fields.inner(node, shapes.INTERRUPTS, "'interrupts'")
    chip = Chip(
        name=name,
        doc=fields.text("doc") or "",
        arch=fields.required("arch"),
        core=fields.required("core"),
        memory=_memories(fields),
        clocks=_clocks(fields),
        root=root,
        sources=_sources(fields, root),
        interrupt_count=interrupts.whole("count") or 0,
        lines={e.key.text: _line(e, interrupts) for e in interrupts.entries("lines")},
        pins=fields.named_words("pins"),
        pads=_pads(fields),
        emulator=_emulator(fields),
        span=document.name.span,
    )
    interrupts.finish()
    peripherals, kernel = fields.get("peripherals"), fields.get("kernel")
    fields.finish()
    return ChipFile(chip, _as_map(peripherals, fields), _as_map(kernel, fields))


def _nothing(fields: Fields) -> Mapping:
    return Mapping({}, fields.span)


def _as_map(node: Node | None, fields: Fields) -> Mapping:
    return node if isinstance(node, Mapping) else _nothing(fields)


def _memories(fields: Fields) -> dict[str, Memory]:
    """The usable memories. There is one for code and one for data."""
    before = len(fields.diagnostics)
    found = {e.key.text: _memory(e, fields) for e in fields.entries("memory")}
    memories = {name: memory for name, memory in found.items() if memory is not None}
    for access, what in (("rx", "code"), ("rw", "data")):
        missing = access not in [memory.access for memory in memories.values()]
        if missing and len(fields.diagnostics) == before:
            entry = fields.map.entries.get("memory")
            span = entry.key.span if entry else fields.span
            fields.malformed(span, f"there is no memory for {what} (access: {access})")
    return memories


def _clocks(fields: Fields) -> dict[str, Clock]:
    clocks = {e.key.text: _clock(e, fields) for e in fields.entries("clocks")}
    for clock in clocks.values():
        if clock.apply is not None and "sources" not in fields.map:
            hint = "sources: [the C file beside this one]"
            fields.malformed(clock.span, f"nothing says where '{clock.apply}' is", hint)
    return clocks


def _pads(fields: Fields) -> str | None:
    function, node = fields.text("pads"), fields.get("pads")
    if function is not None and node is not None and "sources" not in fields.map:
        hint = "sources: [the C file beside this one]"
        fields.malformed(node.span, f"nothing says where '{function}' is", hint)
    return function


def _sources(fields: Fields, root: Path) -> tuple[str, ...]:
    """Below `root`; each is beside the file that names it, which another may extend."""
    found = []
    root = Path(os.path.normpath(root))
    fields.words("sources")  # which says what is no word
    node = fields.map.get("sources")
    items = node.items if isinstance(node, Sequence) else (node,)
    for word in items:
        if not isinstance(word, Scalar):
            continue
        path = Path(os.path.normpath(word.span.source.path.parent / word.text))
        if path.suffix != ".c" or not path.is_relative_to(root):
            fields.malformed(word.span, f"'{word.text}' is no C file beside this file")
        else:
            found.append(path.relative_to(root).as_posix())
    return tuple(found)


def _memory(entry: Entry, parent: Fields) -> Memory | None:
    before = len(parent.diagnostics)
    what = f"memory '{entry.key.text}'"
    fields = parent.inner(entry.value, shapes.MEMORY, what, entry.key.span)
    size = fields.quantity("size")
    memory = Memory(
        name=entry.key.text,
        at=fields.whole("at") or 0,
        size=int(size) if isinstance(size, Fraction) else 0,
        access=fields.choice("access", "rw"),
        span=entry.key.span,
    )
    fields.finish()
    return memory if len(parent.diagnostics) == before else None


def _clock(entry: Entry, parent: Fields) -> Clock:
    name, span = entry.key.text, entry.key.span
    if isinstance(entry.value, Scalar):
        fixed = read_value(entry.value, Type("frequency"), name, parent.diagnostics)
        choices = (fixed,) if isinstance(fixed, Fraction) else ()
        return Clock(
            name, choices, choices[0] if choices else None, None, None, Fraction(1), span
        )
    fields = parent.inner(entry.value, shapes.CLOCK, f"clock '{name}'")
    default = fields.quantity("default")
    clock = Clock(
        name=name,
        choices=_frequencies(fields),
        default=default if isinstance(default, Fraction) else None,
        apply=fields.text("apply"),
        source=fields.text("from"),
        divide=Fraction(fields.whole("divide") or 1),
        span=span,
    )
    fields.finish()
    return clock


def _frequencies(fields: Fields) -> tuple[Fraction, ...]:
    values = [
        read_value(item, Type("frequency"), "choose", fields.diagnostics)
        for item in fields.items("choose")
    ]
    return tuple(value for value in values if isinstance(value, Fraction))


def _line(entry: Entry, parent: Fields) -> Line:
    name, span = entry.key.text, entry.key.span
    if isinstance(entry.value, Mapping):
        fields = parent.inner(entry.value, shapes.LINE, f"line '{name}'")
        node = fields.get("line")
        number = None if node is None else _line_number(node, fields)
        line = Line(name, number, fields.flag("shared"), fields.flag("pulse"), span)
        fields.finish()
        return line
    return Line(name, _line_number(entry.value, parent), False, False, span)


def _line_number(node: Node, fields: Fields) -> int | None:
    if isinstance(node, Scalar) and node.text == shapes.LINE_NUMBER.or_word:
        return None
    return fields.number(node, "line")


def _emulator(parent: Fields) -> ChipEmulator | None:
    node = parent.get("emulator")
    if node is None:
        return None
    fields = parent.inner(node, shapes.CHIP_EMULATOR, "'emulator'")
    emulator = ChipEmulator(
        command=fields.words("command"),
        machine=fields.text("machine"),
        serials=fields.words("serials"),
        span=node.span,
    )
    fields.finish()
    return emulator
