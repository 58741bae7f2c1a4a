# SPDX-License-Identifier: MIT OR Apache-2.0
"""Settings of an application that name instances: the drivers it may call, its own policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.descriptors import DRIVER_INTERFACE
from boardwright.diagnostics import listed
from boardwright.load.nodes import Scalar, Sequence, shape
from boardwright.resolve.world import check_length

if TYPE_CHECKING:
    from boardwright.descriptors import PerApp
    from boardwright.load.nodes import Node
    from boardwright.resolve.apps import DraftApp
    from boardwright.resolve.connect import Connector
    from boardwright.resolve.world import Draft, World


def connect_application(app: DraftApp, connector: Connector) -> None:
    """Follow what an application's settings name, and keep it in `app` and in edges."""
    for draft in list(connector.world.drafts.values()):
        for setting in draft.component.per_app.values():
            entry = app.own.get(setting.name)
            if entry is None or (isinstance(entry.value, Scalar) and entry.value.empty):
                continue
            if setting.drivers:
                app.drivers[setting.name] = _drivers(entry.value, setting, connector.world)
            elif setting.port and setting.name in draft.component.requires:
                requirement = draft.component.requires[setting.name]
                connector.single(draft, requirement, entry.value, app.name)


def _drivers(node: Node, setting: PerApp, world: World) -> tuple[str, ...]:
    """The driver instances a list names, those that are none left out after a report."""
    if not isinstance(node, Sequence):
        hint = f"{setting.name}: [{node.text}]" if isinstance(node, Scalar) else ""
        problem = f"takes a list, not {shape(node)}"
        world.diagnostics.report(
            "0209", node.span, what=setting.name, problem=problem, hint=hint
        )
        return ()
    found: dict[str, Scalar] = {}
    for item in node.items:
        if not isinstance(item, Scalar) or item.empty:
            world.diagnostics.report(
                "0201", item.span, what="a driver", expected="a reference", found=shape(item)
            )
            continue
        draft = _driver(item, world)
        if draft is None:
            continue
        if draft.id in found:
            related = [(found[draft.id].span, "the first time")]
            world.diagnostics.report("0318", item.span, target=draft.id, related=related)
        found.setdefault(draft.id, item)
    if setting.list is not None and not world.diagnostics.failed:
        check_length(node, setting.name, len(found), setting.list, world)
    return tuple(found)


def _driver(item: Scalar, world: World) -> Draft | None:
    """The instance with system calls that a word names: `id` or `id.driver`."""
    name = item.text.removesuffix(".driver")
    draft = world.draft(name)
    if draft is None:
        if name not in world.broken:
            world.unknown.setdefault(name, []).append(item.span)
        return None
    if draft.component.syscall is not None:
        return draft
    drivers = [each.id for each in world.drafts.values() if each.component.syscall]
    world.diagnostics.report(
        "0312",
        item.span,
        target=name,
        wanted=listed([DRIVER_INTERFACE]),
        caret=f"a {draft.component.name} has no system calls",
        hint=f"drivers of this board: {', '.join(drivers)}" if drivers else "",
        related=[(draft.span, f"'{draft.id}' is a {draft.component.name}")],
    )
    return None
