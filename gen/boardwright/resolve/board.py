# SPDX-License-Identifier: MIT OR Apache-2.0
"""A board file to a `Board`: load, declare, connect, order, evaluate, build."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from boardwright.diagnostics import Diagnostics
from boardwright.load.document import ID
from boardwright.load.library import Library
from boardwright.load.nodes import Entry, Mapping, Scalar, shape
from boardwright.load.overlay import load_merged, with_variant
from boardwright.load.roots import Files, project_root
from boardwright.load.shapes.board import BOARD, VARIANT
from boardwright.load.values import map_entries
from boardwright.model import Board, Unused
from boardwright.resolve.apps import declare_apps, read_apps, read_capabilities
from boardwright.resolve.connect import connect
from boardwright.resolve.declare import declare
from boardwright.resolve.edges import Edges
from boardwright.resolve.evaluate import Evaluator
from boardwright.resolve.instances import Instances
from boardwright.resolve.layout import read_budget, read_clocks, read_layout, read_serial
from boardwright.resolve.order import board_order, reached, requires_order
from boardwright.resolve.sections import with_known_sections, with_sorted_entries
from boardwright.resolve.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from boardwright.load.chip import ChipFile
    from boardwright.load.document import Document
    from boardwright.load.roots import SearchRoots
    from boardwright.model import Layout
    from boardwright.span import Span


VARIANT_HEAD = tuple(key for key in BOARD.keys if key not in VARIANT.keys)
"""Keys of a board file that a variant of it cannot have."""


class UnknownVariantError(Exception):
    """The board has no variant of this name; `known` are those it has."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name = name
        self.known = known


def resolve_board(
    board_file: Path,
    roots: SearchRoots,
    diagnostics: Diagnostics,
    *,
    variant: str | None = None,
) -> Board | None:
    """The board a file describes, with one of its variants laid over it.

    `board_file` is the file or the directory that has it as `board.yaml`. After errors
    the board holds what could be understood, so that the rules of `check` still see it;
    it is not fit for planning. None if there is no board at all. Raises UnknownVariantError.
    """
    path = board_file / "board.yaml" if board_file.is_dir() else board_file
    files = Files(roots, project_root(path))
    document = load_merged(files, path, diagnostics)
    if document is None:
        return None
    if document.kind != "board":
        problem = f"'{path.name}' describes a {document.kind}, not a board"
        diagnostics.report("0104", document.name.span, problem=problem, hint="")
        return None
    known = _variants(document, diagnostics)
    if variant is not None:
        if variant not in known:
            raise UnknownVariantError(variant, known)
        document = with_variant(document, variant, diagnostics)
    for source in files.inputs:  # beside a board, and beside those it extends
        files.scan(source.path.parent)
    library = Library(files, diagnostics)
    board = _resolve(document, files, library, diagnostics)
    return board and replace(board, variant=variant or "")


def _variants(document: Document, diagnostics: Diagnostics) -> tuple[str, ...]:
    """The names of a board's variants. Each is an id, for it becomes the name of a folder."""
    entries = map_entries(document.body.get("variants"), "variants", diagnostics)
    for entry in entries:
        name = entry.key.text
        if not ID.fullmatch(name):
            problem = "is no id: lower case letters, digits and '_', a letter first"
            diagnostics.report("0304", entry.key.span, name=name, problem=problem, hint="")
        for each in map_entries(entry.value, name, diagnostics):
            if each.key.text in VARIANT_HEAD:
                hint = "a variant changes what its own file says, and that file says this"
                diagnostics.report(
                    "0207", each.key.span, owner="a variant", key=each.key.text, hint=hint
                )
    return tuple(entry.key.text for entry in entries)


def variant_entries(board_file: Path, roots: SearchRoots) -> dict[str, Entry]:
    """A board's variants by their names; none if it cannot be read."""
    path = board_file / "board.yaml" if board_file.is_dir() else board_file
    document = load_merged(Files(roots, project_root(path)), path, Diagnostics())
    node = document.body.get("variants") if document else None
    return dict(node.entries) if isinstance(node, Mapping) else {}


def variants(board_file: Path, roots: SearchRoots) -> tuple[str, ...]:
    """The names of a board's variants; none if it cannot be read."""
    return tuple(variant_entries(board_file, roots))


def _resolve(
    document: Document, files: Files, library: Library, diagnostics: Diagnostics
) -> Board | None:
    document = with_known_sections(document, diagnostics)
    chip = _chip(document, library, diagnostics)
    if chip is None:
        return None
    world = World(library, chip, diagnostics)
    document = with_sorted_entries(document, world)
    declare(document, world)
    apps = declare_apps(document, world)
    connect(world, apps)
    clocks = read_clocks(document, chip.chip, diagnostics)
    in_image = reached(world)
    names = [name for name in board_order(world) if name in in_image]
    budget = read_budget(document, diagnostics)
    wanted = {
        (name, each): node
        for name in names
        for each, node in world.drafts[name].regions.items()
    }
    layout = read_layout(document, chip.chip, budget, wanted, diagnostics)
    granted = read_capabilities(document, world)
    image, cycles = requires_order(world, names)
    _report_cycles(world, cycles)
    evaluator = Evaluator(world, image, clocks)
    evaluator.layout = _layout_values(layout)
    evaluator.regions = layout.others if layout else {}
    builder, edge_builder = Instances(world, evaluator), Edges(world, evaluator)
    instances = [
        builder.instance(world.drafts[name], tuple(granted.get(name, ()))) for name in image
    ]
    edges = [edge for name in image for edge in edge_builder.edges(world.drafts[name])]
    settled = read_apps(apps, world, image)
    serial = read_serial(document, chip.chip, diagnostics)
    if layout is None:
        return None
    return Board(
        name=document.name.text,
        source=document.source,
        root=files.root,
        chip=chip.chip,
        hils=library.hils,
        clocks=clocks,
        instances=tuple(instances),
        edges=tuple(edges),
        names={name: _net_text(world, name) for name in world.names},
        layout=layout,
        apps=settled,
        budget=budget,
        serial=serial,
        inputs=files.inputs,
        span=document.name.span,
        grants=granted,
        roots=files.roots,
        unused=_unused(world, document, in_image),
    )


def _chip(document: Document, library: Library, diagnostics: Diagnostics) -> ChipFile | None:
    """The chip the board names; None after a report."""
    node = document.body.get("chip")
    if node is None:
        diagnostics.report(
            "0208",
            document.name.span,
            owner=f"board '{document.name.text}'",
            key="chip",
            hint="chip: ..., or extends: [another board]",
        )
        return None
    if not isinstance(node, Scalar) or node.empty:
        found = shape(node)
        diagnostics.report("0201", node.span, what="chip", expected="one word", found=found)
        return None
    return library.chip(node.text, node.span)


def _unused(world: World, document: Document, in_image: set[str]) -> Unused:
    """What the board says that has no part in its image."""
    drafts = world.drafts.items()
    emulator = document.body.get("emulator")
    serial = emulator.get("serial") if isinstance(emulator, Mapping) else None
    return Unused(
        instances={
            name: draft.span
            for name, draft in drafts
            if name not in in_image
            and draft.section in ("muxes", "devices")
            and not draft.owner
        },
        peripherals={
            name: entry.key.span
            for name, entry in world.peripherals.items()
            if name not in in_image
        },
        names={
            name: entry.key.span
            for name, entry in world.names.items()
            if name not in world.used_names
        },
        parts=dict(_unused_parts(world, in_image)),
        serial={
            entry.key.text: entry.key.span
            for entry in (serial if isinstance(serial, Mapping) else ())
            if entry.key.text not in in_image
        },
    )


def _unused_parts(world: World, in_image: set[str]) -> Iterator[tuple[str, Span]]:
    """What a virtualizer of the image makes of a resource, and nobody uses."""
    used = {
        (edge.provider, edge.provided, edge.element)
        for name in in_image
        for edge in world.drafts[name].edges
    }
    for name, draft in world.drafts.items():
        if name not in in_image or draft.component.room != "virtualizers":
            continue
        for port, provision in draft.component.provides.items():
            for element in range(world.element_count(draft, port) or 0):
                if (name, port, element) not in used:
                    count = provision.count.text if provision.count else ""
                    said = draft.values.get(count)
                    yield f"{name}.{port}.{element}", said.span if said else draft.span


def _report_cycles(world: World, cycles: list[list[str]]) -> None:
    for cycle in cycles:
        path = " -> ".join([*cycle, cycle[0]])
        first = world.drafts[cycle[0]]
        edge = next(each for each in first.edges if each.provider == cycle[1 % len(cycle)])
        related = [(world.drafts[name].span, "through this") for name in cycle[1:]]
        world.diagnostics.report("0321", edge.span, name=cycle[0], path=path, related=related)


def _layout_values(layout: Layout | None) -> dict[str, Fraction]:
    if layout is None:
        return {}
    values = {}
    for name in ("kernel_code", "kernel_data", "apps_code", "apps_data"):
        region = getattr(layout, name)
        values[f"layout.{name}_start"] = Fraction(region.at)
        values[f"layout.{name}_end"] = Fraction(region.at + region.size)
    return values


def _net_text(world: World, name: str) -> str:
    node = world.names[name].value
    if isinstance(node, Mapping):
        to = node.get("to")
        return to.text if isinstance(to, Scalar) else ""
    return node.text if isinstance(node, Scalar) else ""
