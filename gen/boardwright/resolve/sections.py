# SPDX-License-Identifier: MIT OR Apache-2.0
"""A board's sections put right: a lost, misspelt or shifted line is one error, no more.

What such a line was to hold is moved to where it belongs, after a report, so that the
stages behind see the board that was meant.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from boardwright.diagnostics import listed, meant, suggestion
from boardwright.load.nodes import Entry, Mapping, Scalar
from boardwright.load.shapes.board import BOARD
from boardwright.model import KERNEL

if TYPE_CHECKING:
    from boardwright.diagnostics import Diagnostics
    from boardwright.load.document import Document
    from boardwright.resolve.world import World

SECTION_ROOMS = {
    "muxes": ("virtualizers",),
    "devices": ("devices", "chips"),
    "capsules": ("capsules",),
}
"""Where instances of a board stand, and the rooms their components come from."""
BOARD_KEYS = tuple(BOARD.keys)
_HEAD = ("schema", "board", "chip", "extends")
_OF_IDS = (KERNEL, "peripherals", "names", *SECTION_ROOMS, "apps")
"""Sections whose keys are chosen by whoever writes the board."""
_APP_ENDS = (".tbf", ".tab", ".elf")


def with_known_sections(document: Document, diagnostics: Diagnostics) -> Document:
    """The document with each key of the board where it was meant to be."""
    body = _with_known_keys(document.body, diagnostics)
    for section in _OF_IDS:
        body = _without_inner_sections(body, section, diagnostics)
    return replace(document, body=body)


def _with_known_keys(body: Mapping, diagnostics: Diagnostics) -> Mapping:
    """0207 for unknown keys: a misspelt section gets its name, an entry its section."""
    entries: dict[str, Entry] = {}
    before = ""
    for entry in body:
        word = entry.key.text
        if word in BOARD_KEYS:
            before = word if word in _OF_IDS else ""
            entries[word] = _joined(entries.get(word), entry)
            continue
        right = meant(word, BOARD_KEYS)
        hint = suggestion(word, BOARD_KEYS)
        piece = entry
        if not right and before and isinstance(entries[before].value, Mapping):
            right, piece = before, _wrapped(entry)
            hint = f"indented further it would belong to '{before}'"
        diagnostics.report("0207", entry.key.span, owner="a board", key=word, hint=hint)
        if right:
            before = right
            entries[right] = _joined(entries.get(right), piece)
    return replace(body, entries=entries)


def _wrapped(entry: Entry) -> Entry:
    """An entry as the only one of a section."""
    return Entry(entry.key, Mapping({entry.key.text: entry}, entry.key.span))


def _joined(first: Entry | None, second: Entry) -> Entry:
    """Two pieces of one section; of two other values the first stays."""
    if first is None:
        return second
    if not isinstance(first.value, Mapping) or not isinstance(second.value, Mapping):
        return second if isinstance(first.value, Scalar) and first.value.empty else first
    entries = dict(first.value.entries)
    for each in second.value:
        entries[each.key.text] = _joined(entries.get(each.key.text), each)
    return Entry(first.key, replace(first.value, entries=entries))


def _without_inner_sections(body: Mapping, section: str, diagnostics: Diagnostics) -> Mapping:
    """0327 for a section that is indented into another; it becomes one of the board."""
    node = body.get(section)
    if not isinstance(node, Mapping):
        return body
    kept: dict[str, Entry] = {}
    entries = dict(body.entries)
    into: Entry | None = None
    for entry in node:
        if into is not None:
            assert isinstance(into.value, Mapping)
            into.value.entries[entry.key.text] = entry
        elif _is_section(entry, body):
            word = entry.key.text
            diagnostics.report("0327", entry.key.span, key=word, section=section)
            entries[word] = entry
            if isinstance(entry.value, Scalar):  # what follows it was to be its own
                into = entries[word] = Entry(entry.key, Mapping({}, entry.value.span))
        else:
            kept[entry.key.text] = entry
    section_entry = body.entries[section]
    entries[section] = Entry(section_entry.key, replace(node, entries=kept))
    return replace(body, entries=entries)


def _is_section(entry: Entry, body: Mapping) -> bool:
    word, node = entry.key.text, entry.value
    if word not in BOARD_KEYS or word in _HEAD or word in body:
        return False
    if isinstance(node, Mapping):
        return not {"kind", "path", "to"} & set(node.entries)
    return isinstance(node, Scalar) and node.empty


def with_sorted_entries(document: Document, world: World) -> Document:
    """The document with every entry in a section of its kind.

    Entries of one kind in one wrong section are one error, 0323 or 0326: a line that
    began their own section was lost, or they were all put into the wrong one.
    """
    body = document.body
    for section in _OF_IDS[:-1]:
        node = body.get(section)
        if isinstance(node, Mapping):
            body = _sorted(body, section, node, world)
    return replace(document, body=body)


def _sorted(body: Mapping, section: str, node: Mapping, world: World) -> Mapping:
    strays: dict[str, list[tuple[Entry, str]]] = {}
    kept: dict[str, Entry] = {}
    for entry in node:
        where, what = _home(entry, section, world)
        if where in {"", section}:
            kept[entry.key.text] = entry
        else:
            strays.setdefault(where, []).append((entry, what))
    if not strays:
        return body
    entries = dict(body.entries)
    entries[section] = Entry(entries[section].key, replace(node, entries=kept))
    for where, found in strays.items():
        _report(section, where, found, world)
        for entry, _ in found:
            name = entry.key.text
            there = entries.get(where)
            if there is not None and isinstance(there.value, Mapping) and name in there.value:
                world.broken.add(name)  # one of the two is enough to go on with
                continue
            entries[where] = _joined(there, _wrapped(entry))
    return replace(body, entries=entries)


def _report(section: str, where: str, found: list[tuple[Entry, str]], world: World) -> None:
    """One error for entries of one kind that stand in one wrong section."""
    (first, what), *others = found
    related = [(entry.key.span, "and this one") for entry, _ in others]
    names = listed((entry.key.text for entry, _ in found), 4)
    verb = "belong" if others else "belongs"
    hint = f"{names} {verb} under '{where}:'"
    if section == "names":
        world.diagnostics.report(
            "0323", first.key.span, name=first.key.text, hint=hint, related=related
        )
        return
    world.diagnostics.report(
        "0326",
        first.key.span,
        name=first.key.text,
        what=what,
        section=section,
        hint=hint,
        related=related,
    )


def _home(entry: Entry, section: str, world: World) -> tuple[str, str]:
    """The section an entry belongs to, and what it is; "" where nothing says."""
    name, node = entry.key.text, entry.value
    if section == KERNEL:
        kernel = world.library.component(KERNEL, entry.key.span)
        if kernel is None or name in kernel.requires or name in kernel.params:
            return "", ""
        if name in world.chip.peripherals and isinstance(node, Mapping) and "kind" not in node:
            return "peripherals", "is a peripheral of the chip and"
    elif section == "peripherals" and name in world.chip.peripherals:
        return "", ""
    if isinstance(node, Mapping) and isinstance(node.get("kind"), Scalar):
        return _of_kind(node, world)
    if section in SECTION_ROOMS and _is_application(node):
        return "apps", "is an application and"
    return "", ""


def _of_kind(node: Mapping, world: World) -> tuple[str, str]:
    kind = node.get("kind")
    assert isinstance(kind, Scalar)
    if not world.library.files.find(kind.text):
        return "", ""  # where there are instances, 0306 follows
    component = world.library.component(kind.text, kind.span)
    room = component.room if component else ""
    fitting = [each for each, rooms in SECTION_ROOMS.items() if room in rooms]
    return (fitting[0], f"is a {kind.text}, lives in {room} and") if fitting else ("", "")


def _is_application(node: object) -> bool:
    if isinstance(node, Mapping):
        return "path" in node and "kind" not in node
    return isinstance(node, Scalar) and ("/" in node.text or node.text.endswith(_APP_ENDS))
