# SPDX-License-Identifier: MIT OR Apache-2.0
"""The board's applications and capabilities."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from boardwright.diagnostics import suggestion
from boardwright.load.nodes import Entry, Mapping, Scalar, Sequence, shape
from boardwright.load.shapes.board import APP_NAME
from boardwright.load.values import fixed, in_bounds, read_value
from boardwright.model import App, Value
from boardwright.resolve.declare import section_entries

if TYPE_CHECKING:
    from boardwright.descriptors import PerApp
    from boardwright.load.document import Document
    from boardwright.resolve.world import World
    from boardwright.span import Span

_NAME = re.compile(APP_NAME.pattern)
_UNSUPPORTED = ("port", "path", "region")


def read_apps(document: Document, world: World, image: list[str]) -> tuple[App, ...]:
    """The applications; their settings come from the kernel and its policies."""
    settings = {
        name: setting
        for instance in image
        for name, setting in world.drafts[instance].component.per_app.items()
    }
    found = [
        _app(entry, settings, world) for entry in section_entries(document.body, "apps", world)
    ]
    return tuple(app for app in found if app is not None)


def _app(entry: Entry, settings: dict[str, PerApp], world: World) -> App | None:
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
    values = _settings(name, own, settings, world)
    return App(name, path, node.text, values, entry.key.span)


def _settings(
    app: str, own: dict[str, Entry], known: dict[str, PerApp], world: World
) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for key, entry in own.items():
        setting = known.get(key)
        if setting is None:
            hint = suggestion(key, [*known, "path"])
            world.diagnostics.report("0505", entry.key.span, key=key, hint=hint)
        elif setting.list is not None or setting.type.kind in _UNSUPPORTED:
            what = "settings of an application that name other instances"
            world.diagnostics.report("0801", entry.key.span, what=what, hint="")
        else:
            value = read_value(entry.value, setting.type, key, world.diagnostics)
            least, most = fixed(setting.type.min), fixed(setting.type.max)
            if value is not None and in_bounds(
                value,
                setting.type.kind,
                least,
                most,
                what=key,
                span=entry.value.span,
                diagnostics=world.diagnostics,
            ):
                values[key] = Value(key, setting.type, value, True, entry.value.span)
    for key, setting in known.items():
        if key not in own and setting.default is not None:
            values[key] = Value(key, setting.type, setting.default, False, setting.span)
    return values


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
