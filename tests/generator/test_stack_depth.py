# SPDX-License-Identifier: MIT OR Apache-2.0
"""The least main stack that a board may have is enough for the deepest path.

That path is found in the compiled code of a board with nearly everything, over the edges of
its plan, each function with the frame that gcc says it has. Calls are not inlined there, as
the audit has it, so a path takes less in an image that runs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.architecture.tree import descriptor
from tests.generator.planning import ROOT

from boardwright.audit.audit import object_files
from boardwright.audit.callgraph import read_graph
from boardwright.audit.inlines import inline_uses
from boardwright.audit.rule1 import Program
from boardwright.diagnostics import Diagnostics
from boardwright.load.roots import SearchRoots
from boardwright.pipeline import audited, planned_for_audit
from boardwright.plan.wiring import wiring
from boardwright.resources import RUNTIME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from boardwright.audit.callgraph import Site
    from boardwright.audit.rule1 import Node

MORE = """\
  adc:
    kind: adc_driver
    channels: [{to: converter, channel: 1}]
    streams: [{to: adc0, channel: 1}]
  i2c: {kind: i2c_controller_driver, devices: [{to: i2c_mux, address: 0x49}]}
  spi: {kind: spi_controller_driver, spi: {to: spi_mux, chip_select: PD1, rate: 4MHz}}
  sha: {kind: sha, digest: hasher}
  pages: {kind: nonvolatile_storage_driver, storage: regions, driver: 0x80051}
  rows: {kind: nonvolatile_storage_driver, storage: others, driver: 0x80052}
budget: {flash: 64KiB, ram: 32KiB}
"""
MUXES = """\
muxes:
  converter: {kind: mux_adc, adc: adc0}
  parts: {kind: mux_flash, flash: flash0, parts: 2}
  regions: {kind: storage_regions, flash: parts.part.0}
  others: {kind: storage_regions, flash: parts.part.1}
"""
DEVICES = """\
devices:
  hasher: {kind: soft_sha256}
  flash0: {kind: ram_flash, page_size: 128B, pages: 16}
"""

LOOP = ("loop_run", "runtime/kernel/loop.c:interrupts_serve")
"""What is above a bottom half; above a system call and a deferred call is no more."""
WATCHED_EDGES = 3
WATCH = 32
"""Bytes of a monitor's completion; a checked build has one at each edge of the path."""
TOP_HALF = 85
"""A top half in the middle of it, which faults: its frames, and what the hardware stacks."""
GUARD = 32


class Depths:
    """Bytes of stack from a function on, over the functions that a board runs."""

    def __init__(self, program: Program, frames: Mapping[str, int]) -> None:
        self.program = program
        self.frames = frames
        self.known: dict[Node, int] = {}
        self.unknown: set[str] = set()

    def of(self, node: Node, above: tuple[Node, ...] = ()) -> int:
        assert node not in above, f"{node} calls itself"
        if node not in self.known:
            calls = self.program.functions[node[1]].calls
            deeper = [
                self.of(target, (*above, node))
                for site in calls
                for target in self.targets(node, site)
            ]
            self.known[node] = self.frames[node[1]] + max(deeper, default=0)
        return self.known[node]

    def targets(self, node: Node, site: Site) -> list[Node]:
        targets = self.program.targets(node, site)
        if targets is None and "turns.h" in site.place:  # a mux's own start, by its address
            file = node[1].partition(":")[0]
            targets = [(node[0], f"{file}:start")]
        if targets is None:
            self.unknown.add(site.target)
        return targets or []


def frames(objects: Path, roots: Mapping[str, str]) -> Mapping[str, int]:
    """What gcc says of each function, by the name it has in the graph."""
    found = {}
    for file in objects.rglob("*.ci"):
        text = file.read_text()
        for there, here in roots.items():
            text = text.replace(there, here)
        for title, size in re.findall(r'title: "([^"]*)" label: "[^"]*\\n(\d+) bytes', text):
            found[title] = int(size)
    return found


def entries(program: Program) -> Iterator[Node]:
    """What the loop and system calls call of a board's components."""
    for instance in program.wiring.instances:
        component = instance.component
        names = [bound.interrupt.handler for bound in instance.interrupts.values()]
        names += component.deferred.values()
        if component.syscall is not None:
            names.append(f"{component.name}_command")
        yield from ((instance.id, name) for name in names)


def everything(directory: Path) -> Path:
    text = (ROOT / "boards" / "lm3s6965evb" / "board.yaml").read_text()
    text = text[: text.index("apps:\n")] + MORE
    text = text.replace("slots: 4\n", "slots: 4\n  watchdog: watchdog\n")
    text = text.replace("to: adc0, channel: 0", "to: converter, channel: 0")
    text = text.replace("muxes:\n", MUXES).replace("devices:\n", DEVICES)
    board = directory / "board.yaml"
    board.write_text(text)
    return board


def least_stack() -> int:
    written = descriptor(ROOT / "runtime" / "kernel" / "kernel.yaml")["params"]["stack"]["min"]
    number, unit = re.fullmatch(r"(\d+)(B|KiB)", written).groups()  # type: ignore[union-attr]
    return int(number) * {"B": 1, "KiB": 1024}[unit]


def test_the_least_stack_holds_the_deepest_path(tmp_path: Path) -> None:
    diagnostics = Diagnostics()
    roots = SearchRoots(RUNTIME)
    source = planned_for_audit(everything(tmp_path), roots, diagnostics)
    assert source is not None, diagnostics
    audited(source, roots)
    objects = source.build_directory.with_name("audit") / "obj"
    image = wiring(source.board)
    files = {
        (objects / name).with_suffix(".ci"): each.path.partition("/")[0]
        for name, each in zip(object_files(source.plan), source.plan.sources, strict=True)
        if each.path.endswith(".c")
    }
    names = {f"{root.default}/": f"{root.variable.lower()}/" for root in source.plan.roots}
    graph = read_graph(files, names)
    program = Program(image, graph, inline_uses(source.board.hils.values()))
    depths = Depths(program, frames(objects, names))
    deepest = max(map(depths.of, entries(program)))
    loop = [depths.frames[name] for name in graph if name in LOOP]
    assert len(loop) == len(LOOP)
    taken = sum(loop) + deepest
    assert depths.unknown == set(), "a call that leads nobody knows where"
    assert 500 < taken < 700, "a path went missing, or grew"
    assert taken + WATCHED_EDGES * WATCH + TOP_HALF + GUARD <= least_stack()
