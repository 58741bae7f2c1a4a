# SPDX-License-Identifier: MIT OR Apache-2.0
"""The board's sections to drafts: which instances there are, under which ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from boardwright.diagnostics import suggestion
from boardwright.load.document import ID
from boardwright.load.nodes import Entry, Mapping, Scalar, shape
from boardwright.load.shapes.board import CHIPS_OWN
from boardwright.load.values import map_entries
from boardwright.model import KERNEL
from boardwright.resolve.sections import SECTION_ROOMS

if TYPE_CHECKING:
    from boardwright.descriptors import Component
    from boardwright.load.document import Document
    from boardwright.model import Section
    from boardwright.resolve.world import World
    from boardwright.span import Source, Span

RESERVED_IDS = (KERNEL, "init", "drivers", "interrupts", "deferred", "processes", "layout")


def declare(document: Document, world: World) -> None:
    """Draft everything the board file names; report ids and sections."""
    body = document.body
    taken: dict[str, Span] = {
        name: entry.key.span for name, entry in world.chip.peripherals.entries.items()
    }
    own = document.source
    for entry in section_entries(body, "names", world):
        _name(entry, taken, own, world)
    for entry in section_entries(body, "peripherals", world):
        _peripheral(entry, world)
    _kernel(body, document, world)
    for section, rooms in SECTION_ROOMS.items():
        for entry in section_entries(body, section, world):
            if _id_is_free(entry.key, taken, own, world):
                _instance(entry, cast("Section", section), rooms, world)


def section_entries(body: Mapping, section: str, world: World) -> list[Entry]:
    """The entries of a section; an absent or empty one has none."""
    return map_entries(body.get(section), section, world.diagnostics)


def _id_is_free(key: Scalar, taken: dict[str, Span], own: Source, world: World) -> bool:
    """Whether an id is well formed and new; an overlay is blamed before its base."""
    name = key.text
    if not ID.fullmatch(name):
        problem = "is no id: lower case letters, digits and '_', a letter first"
    elif name in RESERVED_IDS:
        problem = "is a name of the generated code"
    elif name in taken:
        first, second = taken[name], key.span
        if first.source == own and second.source != own:
            first, second = second, first
        world.diagnostics.report(
            "0304",
            second,
            name=name,
            problem="is taken",
            hint="give one of them another name",
            related=[(first, "first used here")],
        )
        world.broken.add(name)  # which of the two is meant, nobody knows
        return False
    else:
        taken[name] = key.span
        return True
    world.diagnostics.report("0304", key.span, name=name, problem=problem, hint="")
    world.broken.add(name)
    return False


def _name(entry: Entry, taken: dict[str, Span], own: Source, world: World) -> None:
    if not _id_is_free(entry.key, taken, own, world):
        return
    node = entry.value
    if isinstance(node, Mapping) and "kind" in node:
        hint = "put it under 'muxes:', 'devices:' or 'capsules:'"
        world.diagnostics.report("0323", entry.key.span, name=entry.key.text, hint=hint)
        world.broken.add(entry.key.text)
    elif isinstance(node, Mapping) and "to" not in node:
        world.diagnostics.report("0308", node.span, hint="")
        world.broken.add(entry.key.text)
    elif not isinstance(node, (Mapping, Scalar)) or (isinstance(node, Scalar) and node.empty):
        world.diagnostics.report(
            "0201",
            node.span,
            what=entry.key.text,
            expected="a target",
            found=shape(node),
        )
        world.broken.add(entry.key.text)
    else:
        world.names[entry.key.text] = entry


def _peripheral(entry: Entry, world: World) -> None:
    name = entry.key.text
    known = world.chip.peripherals.entries
    if name not in known:
        hint = suggestion(name, known)
        chip = world.chip.chip.name
        world.diagnostics.report("0302", entry.key.span, chip=chip, name=name, hint=hint)
        world.broken.add(name)
        return
    if not isinstance(entry.value, Mapping):
        if not (isinstance(entry.value, Scalar) and entry.value.empty):
            found = shape(entry.value)
            world.diagnostics.report(
                "0201", entry.value.span, what=name, expected="a map", found=found
            )
        return
    own = {}
    for each in entry.value:
        if each.key.text in CHIPS_OWN:
            where = world.chip.peripherals.entries[name].key.span
            world.diagnostics.report(
                "0303",
                each.key.span,
                key=each.key.text,
                name=name,
                related=[(where, "the chip's peripheral")],
            )
        else:
            own[each.key.text] = each
    world.peripherals[name] = Entry(entry.key, Mapping(own, entry.value.span))


def _kernel(body: Mapping, document: Document, world: World) -> None:
    entry = body.entries.get(KERNEL)
    settings = dict(world.chip.kernel.entries)
    span = document.name.span
    if entry is not None:
        span = entry.key.span
        settings.update({each.key.text: each for each in section_entries(body, KERNEL, world)})
    world.add(KERNEL, "kernel", settings, span)


def _instance(entry: Entry, section: Section, rooms: tuple[str, ...], world: World) -> None:
    name = entry.key.text
    if not isinstance(entry.value, Mapping):
        # The short form `leds: led_driver` is not in the language: ports and settings follow.
        world.diagnostics.report(
            "0201", entry.value.span, what=name, expected="a map", found=shape(entry.value)
        )
        world.broken.add(name)
        return
    draft = world.add(name, section, dict(entry.value.entries), entry.key.span)
    if draft is not None and draft.component.room not in rooms:
        kind = draft.component
        world.diagnostics.report(
            "0326",
            entry.key.span,
            name=name,
            what=f"is a {kind.name}, lives in {kind.room} and",
            section=section,
            hint=_port_of_kernel(kind, world),
        )


def _port_of_kernel(kind: Component, world: World) -> str:
    """How a policy is given to the kernel; "" for what is none."""
    kernel = world.drafts.get(KERNEL)
    offered = {each for port in kind.provides.values() for each in port.interfaces}
    for port, requirement in kernel.component.requires.items() if kernel else ():
        if set(requirement.interfaces) <= offered:
            return f"kernel:  {{{port}: {{kind: {kind.name}}}}}"
    return ""
