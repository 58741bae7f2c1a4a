# SPDX-License-Identifier: MIT OR Apache-2.0
"""Clocks, memory layout, budget and emulator stanza of a board."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from boardwright.descriptors import Type
from boardwright.diagnostics import did_you_mean, either, meant, suggestion
from boardwright.load.nodes import Mapping, Node, Scalar, shape
from boardwright.load.shapes.board import (
    BUDGET,
    EMULATOR,
    LAYOUT,
    REGION,
    REGIONS,
    SERIAL_TARGETS,
)
from boardwright.load.values import map_entries, read_value
from boardwright.model import KERNEL, Budget, Layout, Region
from boardwright.units import whole_number, with_unit

if TYPE_CHECKING:
    from boardwright.chips import Chip, Memory
    from boardwright.diagnostics import Diagnostics
    from boardwright.load.document import Document
    from boardwright.span import Span

_PARTS = tuple(REGIONS.keys)


def read_clocks(
    document: Document, chip: Chip, diagnostics: Diagnostics
) -> dict[str, Fraction]:
    """The frequency of every clock in Hz, the board's choices applied."""
    chosen: dict[str, Fraction] = {}
    for entry in map_entries(document.body.get("clocks"), "clocks", diagnostics):
        value = _choice(entry.key, entry.value, chip, diagnostics)
        if value is not None:
            chosen[entry.key.text] = value
    clocks: dict[str, Fraction] = {}
    for _ in chip.clocks:  # a clock may come before its source: as many rounds as clocks
        for clock in chip.clocks.values():
            if clock.source is not None and clock.source in clocks:
                clocks[clock.name] = clocks[clock.source] / clock.divide
            elif clock.source is None:
                value = chosen.get(clock.name, clock.default)
                if value is not None:
                    clocks[clock.name] = value
    for clock in chip.clocks.values():
        if clock.name not in clocks:
            problem = f"clock '{clock.name}' of the chip has no frequency"
            diagnostics.report("0408", clock.span, problem=problem, hint="")
        elif clock.apply is not None and clocks[clock.name].denominator != 1:
            problem = f"clock '{clock.name}' is no whole number of Hz for '{clock.apply}'"
            diagnostics.report("0408", clock.span, problem=problem, hint="")
    return clocks


def _choice(key: Scalar, node: Node, chip: Chip, diagnostics: Diagnostics) -> Fraction | None:
    clock = chip.clocks.get(key.text)
    if clock is None:
        problem = f"chip '{chip.name}' has no clock '{key.text}'"
        hint = suggestion(key.text, chip.clocks)
        diagnostics.report("0408", key.span, problem=problem, hint=hint)
        return None
    value = read_value(node, Type("frequency"), key.text, diagnostics)
    if not isinstance(value, Fraction):
        return None
    if value not in clock.choices or clock.source is not None:
        problem = f"clock '{key.text}' cannot be {with_unit(value, 'frequency')}"
        choices = either(with_unit(choice, "frequency") for choice in clock.choices)
        hint = f"it is {choices}" if clock.choices else f"it follows '{clock.source}'"
        related = [(clock.span, "the chip's clock")]
        diagnostics.report("0408", node.span, problem=problem, hint=hint, related=related)
        return None
    return value


def read_budget(document: Document, diagnostics: Diagnostics) -> Budget | None:
    """The kernel's limits in bytes."""
    node = document.body.get("budget")
    if not isinstance(node, Mapping):
        map_entries(node, "budget", diagnostics)
        return None
    sizes: dict[str, int] = {}
    spans: dict[str, Span] = {}
    for entry in node:
        if entry.key.text not in BUDGET.keys:
            hint = suggestion(entry.key.text, BUDGET.keys)
            diagnostics.report(
                "0207", entry.key.span, owner="a budget", key=entry.key.text, hint=hint
            )
        key = meant(entry.key.text, BUDGET.keys)
        size = _size(entry.value, key, diagnostics) if key and key not in sizes else None
        if size is not None:
            sizes[key] = size
            spans[key] = entry.value.span
    span = document.body.entries["budget"].key.span
    return Budget(sizes.get("flash"), sizes.get("ram"), span, spans)


def _size(node: Node, what: str, diagnostics: Diagnostics) -> int | None:
    value = read_value(node, Type("size"), what, diagnostics)
    return int(value) if isinstance(value, Fraction) else None


Wanted = dict[tuple[str, str], Node]
"""Regions of instances as written, by instance and parameter."""


def read_layout(
    document: Document,
    chip: Chip,
    budget: Budget | None,
    wanted: Wanted,
    diagnostics: Diagnostics,
) -> Layout | None:
    """Where code and data go: as written, else the budget and what it leaves.

    A region without `at` starts where the one before it in the same memory ends: the
    kernel's, those of instances, the applications'.
    """
    return _LayoutReader(document, chip, budget, diagnostics).read(wanted)


class _LayoutReader:
    def __init__(
        self, document: Document, chip: Chip, budget: Budget | None, diagnostics: Diagnostics
    ) -> None:
        self.document = document
        self.chip = chip
        self.budget = budget
        self.diagnostics = diagnostics
        self.others: dict[tuple[str, str], Region] = {}
        self.ends: dict[str, int] = {each.name: each.at for each in chip.memory.values()}

    def read(self, wanted: Wanted) -> Layout | None:
        node = self.document.body.get("layout")
        written = {}
        for who in (KERNEL, "apps"):
            part = node.get(who) if isinstance(node, Mapping) else None
            for what in _PARTS:
                region = part.get(what) if isinstance(part, Mapping) else None
                written[who, what] = region
        self._unknown_keys(node)
        regions: dict[tuple[str, str], Region | None] = {}
        for who in (KERNEL, "apps"):
            if who != KERNEL:
                self._place(wanted)
            for what in _PARTS:
                node = written[who, what]
                if node is None:
                    regions[who, what] = self._default(who, what)
                else:
                    regions[who, what] = self._written(node, f"{who} {what}")
        found = [regions[who, what] for who in (KERNEL, "apps") for what in _PARTS]
        complete = [region for region in found if region is not None]
        if len(complete) < len(found):
            return None
        code, data, apps_code, apps_data = complete
        return Layout(code, data, apps_code, apps_data, self.others)

    def _place(self, wanted: Wanted) -> None:
        """The regions of instances; one at an address of its own moves no other."""
        for (instance, name), node in wanted.items():
            ends = dict(self.ends)
            region = self._written(node, f"{instance} {name}")
            if isinstance(node, Mapping) and "at" in node:
                self.ends = ends
            if region is not None:
                self.others[instance, name] = region

    def _unknown_keys(self, node: Node | None) -> None:
        known = tuple(LAYOUT.keys)
        for who in map_entries(node, "layout", self.diagnostics):
            name = who.key.text
            self._known(who.key, known, "a layout")
            for part in map_entries(who.value, name, self.diagnostics) if name in known else ():
                self._known(part.key, _PARTS, f"'{name}' of a layout")

    def _known(self, key: Scalar, known: tuple[str, ...], owner: str) -> None:
        if key.text not in known:
            hint = suggestion(key.text, known)
            self.diagnostics.report("0207", key.span, owner=owner, key=key.text, hint=hint)

    def _written(self, node: Node, what: str) -> Region | None:
        if not isinstance(node, Mapping):
            self.diagnostics.report(
                "0201", node.span, what=what, expected="a map", found=shape(node)
            )
            return None
        for entry in node:
            self._known(entry.key, tuple(REGION.keys), f"'{what}'")
        for key in REGION.required:
            if key not in node:
                hint = "{in: flash, size: 64KiB}"
                self.diagnostics.report(
                    "0208", node.span, owner=f"'{what}'", key=key, hint=hint
                )
        memory_node, size_node = node.get("in"), node.get("size")
        memory = self._memory(memory_node) if memory_node else None
        size = _size(size_node, "size", self.diagnostics) if size_node else None
        if memory is None or size is None:
            return None
        at = self._address(node.get("at"))
        start = self.ends[memory.name] if at is None else at
        self.ends[memory.name] = start + size
        return Region(memory.name, start, size, node.span)

    def _memory(self, node: Node) -> Memory | None:
        name = node.text if isinstance(node, Scalar) else ""
        memory = self.chip.memory.get(name)
        if memory is None:
            hint = suggestion(name, self.chip.memory)
            problem = f"is in '{name}', which chip '{self.chip.name}' does not have"
            self.diagnostics.report(
                "0410", node.span, what="this region", range="", problem=problem, hint=hint
            )
        return memory

    def _address(self, node: Node | None) -> int | None:
        if node is None:
            return None
        value = whole_number(node.text) if isinstance(node, Scalar) else None
        if value is None:
            self.diagnostics.report(
                "0203", node.span, what="at", expected="an address", found=shape(node)
            )
        return value

    def _default(self, who: str, what: str) -> Region | None:
        access = "rx" if what == "code" else "rw"
        memory = next((m for m in self.chip.memory.values() if m.access == access), None)
        if memory is None:
            return None
        start = self.ends[memory.name]
        if who != KERNEL:
            above = [
                each.at
                for each in self.others.values()
                if each.memory == memory.name and each.at >= start
            ]
            size = max(0, min([memory.at + memory.size, *above]) - start)
            return Region(memory.name, start, size, memory.span)
        key = "flash" if what == "code" else "ram"
        limit = getattr(self.budget, key) if self.budget else None
        if limit is None:
            self._no_budget(key)
            limit = memory.size // 2  # so that the rules of `check` have a layout to see
        self.ends[memory.name] = start + limit
        span = self.budget.place(key) if self.budget else memory.span
        return Region(memory.name, start, limit, span)

    def _no_budget(self, key: str) -> None:
        node = self.document.body.get("budget")
        known = not isinstance(node, Mapping) or all(
            each in BUDGET.keys for each in node.entries
        )
        if known and not (isinstance(node, Mapping) and key in node):  # else it was reported
            hint = "budget: {flash: 64KiB, ram: 16KiB}"
            span = self.budget.span if self.budget else self.document.name.span
            owner = f"board '{self.document.name.text}'"
            what = "budget" if node is None else f"budget: {key}"
            self.diagnostics.report("0208", span, owner=owner, key=what, hint=hint)


def read_serial(document: Document, chip: Chip, diagnostics: Diagnostics) -> dict[str, str]:
    """Where each emulated serial port goes."""
    node = document.body.get("emulator")
    if node is None:
        return {}
    ports = chip.emulator.serials if chip.emulator else ()
    serial: dict[str, str] = {}
    for entry in map_entries(node, "emulator", diagnostics):
        if entry.key.text not in EMULATOR.keys:
            hint = did_you_mean(entry.key.text, EMULATOR.keys)
            diagnostics.report(
                "0207",
                entry.key.span,
                owner="an emulator stanza",
                key=entry.key.text,
                hint=hint,
            )
            continue
        for port in map_entries(entry.value, "serial", diagnostics):
            name = port.key.text
            if name not in ports:
                hint = suggestion(name, ports)
                owner = f"the emulator of '{chip.name}'"
                diagnostics.report("0207", port.key.span, owner=owner, key=name, hint=hint)
                continue
            words = Type("enum", of=SERIAL_TARGETS.words)
            value = read_value(port.value, words, name, diagnostics)
            taken = next((each for each, where in serial.items() if where == "stdio"), None)
            if value == "stdio" and taken is not None:
                known = f"'file' or 'none': this terminal shows '{taken}'"
                span = port.value.span
                diagnostics.report("0205", span, what=name, found=value, known=known)
            elif isinstance(value, str):
                serial[name] = value
    return serial
