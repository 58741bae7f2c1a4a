# SPDX-License-Identifier: MIT OR Apache-2.0
"""The board's applications and capabilities."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from boardwright.diagnostics import suggestion
from boardwright.load.nodes import Entry, Mapping, Scalar, Sequence, shape
from boardwright.load.shapes.board import APP_NAME
from boardwright.load.values import fixed, in_bounds, read_value
from boardwright.model import KERNEL, App, Value
from boardwright.resolve.declare import section_entries
from boardwright.resolve.members import member

if TYPE_CHECKING:
    from collections.abc import Mapping as Map

    from boardwright.descriptors import PerApp
    from boardwright.load.document import Document
    from boardwright.resolve.world import World
    from boardwright.span import Span

_NAME = re.compile(APP_NAME.pattern)
_UNSUPPORTED = ("path", "region")


@dataclass
class DraftApp:
    """An application before its settings have their values: `own` are they as written."""

    name: str
    path: Path
    text: str
    own: dict[str, Entry]
    span: Span
    drivers: dict[str, tuple[str, ...]] = field(default_factory=dict)


def declare_apps(document: Document, world: World) -> list[DraftApp]:
    """The applications a board names, those left out that have no path."""
    entries = section_entries(document.body, "apps", world)
    return [app for entry in entries if (app := _draft(entry, world)) is not None]


def _draft(entry: Entry, world: World) -> DraftApp | None:
    name, node = entry.key.text, entry.value
    if not _NAME.fullmatch(name):
        problem = f"is not {APP_NAME.like}"
        world.diagnostics.report("0304", entry.key.span, name=name, problem=problem, hint="")
        return None
    own: dict[str, Entry] = {}
    if isinstance(node, Mapping):
        own = {each.key.text: each for each in node if each.key.text != "path"}
        path_node = node.get("path")
        if path_node is None:
            hint = f"{name}: {{path: ...}}"
            owner = f"application '{name}'"
            world.diagnostics.report("0208", entry.key.span, owner=owner, key="path", hint=hint)
            return None
        node = path_node
    if not isinstance(node, Scalar) or node.empty:
        world.diagnostics.report(
            "0201", node.span, what=name, expected="a path", found=shape(node)
        )
        return None
    # Relative to the file that says it, which an overlay may extend from elsewhere.
    path = Path(os.path.normpath(node.span.source.path.parent / node.text))
    return DraftApp(name, path, node.text, own, entry.key.span)


def read_apps(drafts: list[DraftApp], world: World, image: list[str]) -> tuple[App, ...]:
    """The applications; their settings come from the kernel and its policies."""
    known = {
        name: (setting, world.drafts[instance].component.name)
        for instance in image
        for name, setting in world.drafts[instance].component.per_app.items()
    }
    _report_unread(drafts, known, world)
    apps = []
    for draft in drafts:
        values = _settings(draft, {name: each for name, (each, _) in known.items()}, world)
        members = {
            name: made
            for name, value in values.items()
            if (made := member(value, known[name][1], world.diagnostics)) is not None
        }
        app = App(
            name=draft.name,
            path=draft.path,
            text=draft.text,
            settings=values,
            members=members,
            drivers=draft.drivers,
            span=draft.span,
        )
        apps.append(app)
    return tuple(apps)


def _report_unread(drafts: list[DraftApp], known: Map[str, object], world: World) -> None:
    """0505, once for each key that nothing reads, with every application that has it."""
    unread: dict[str, list[Span]] = {}
    for draft in drafts:
        for key, entry in draft.own.items():
            if key not in known:
                unread.setdefault(key, []).append(entry.key.span)
    for key, spans in unread.items():
        if world.kernel_in_doubt:
            return  # what is broken there may read it
        hint = _reader(key, world) or suggestion(key, [*known, "path"])
        related = [(span, "and here") for span in spans[1:]]
        world.diagnostics.report("0505", spans[0], key=key, hint=hint, related=related)


def _settings(app: DraftApp, known: dict[str, PerApp], world: World) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for key, entry in app.own.items():
        setting = known.get(key)
        if setting is None:
            continue
        if setting.type.kind in _UNSUPPORTED:
            what = "settings of an application that are paths or regions"
            world.diagnostics.report("0801", entry.key.span, what=what, hint="")
        elif setting.type.kind != "port":  # those were followed when edges were made
            value = _value(setting, entry, world)
            if value is not None:
                values[key] = value
    for key, setting in known.items():
        if key in app.own or setting.type.kind == "port":
            continue
        if setting.default is not None:
            values[key] = Value(key, setting.type, setting.default, False, setting.span)
        elif not setting.optional:
            owner, hint = f"application '{app.name}'", f"{key}: ..."
            world.diagnostics.report("0208", app.span, owner=owner, key=key, hint=hint)
    return values


def _value(setting: PerApp, entry: Entry, world: World) -> Value | None:
    name, type_, span = setting.name, setting.type, entry.value.span
    value = read_value(entry.value, type_, name, world.diagnostics)
    least, most = fixed(type_.min), fixed(type_.max)
    if value is None or not in_bounds(
        value,
        type_.kind,
        least,
        most,
        what=name,
        span=span,
        diagnostics=world.diagnostics,
    ):
        return None
    return Value(name, type_, value, True, span)


def _reader(key: str, world: World) -> str:
    """How to have a policy that reads this key: the kernel's port and the kind for it."""
    kernel = world.drafts.get(KERNEL)
    for component in world.library.components() if kernel else ():
        offered = [each.interfaces for each in component.provides.values()]
        for port in kernel.component.requires.values() if kernel else ():
            if key in component.per_app and port.interfaces in offered:
                return f"kernel: {{{port.port}: {{kind: {component.name}}}}} reads it"
    return ""


def read_capabilities(document: Document, world: World) -> dict[str, dict[str, Span]]:
    """What the board grants: capabilities by instance, with where each is written."""
    granted: dict[str, dict[str, Span]] = {}
    for entry in section_entries(document.body, "capabilities", world):
        name, node = entry.key.text, entry.value
        if world.draft(name) is None:
            if name not in world.broken:
                hint = suggestion(name, world.drafts)
                world.diagnostics.report("0310", entry.key.span, name=name, hint=hint)
            continue
        if not isinstance(node, Sequence):
            hint = f"{name}: [...]"
            world.diagnostics.report(
                "0209",
                node.span,
                what=name,
                problem=f"takes a list, not {shape(node)}",
                hint=hint,
            )
            continue
        words = []
        for item in node.items:
            if isinstance(item, Scalar) and not item.empty:
                words.append(item)
            else:
                world.diagnostics.report(
                    "0201", item.span, what=name, expected="a word", found=shape(item)
                )
        granted[name] = {word.text: word.span for word in words}
    return granted
