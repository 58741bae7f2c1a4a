# SPDX-License-Identifier: MIT OR Apache-2.0
"""Which drafts are in the image and in which order: providers before their clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.model import KERNEL

if TYPE_CHECKING:
    from boardwright.resolve.world import Draft, World


def reached(world: World) -> set[str]:
    """The kernel, the capsules, and everything they need."""
    pending = [
        name
        for name, draft in world.drafts.items()
        if name == KERNEL or (draft.section == "capsules" and draft.owner is None)
    ]
    found: set[str] = set()
    while pending:
        name = pending.pop()
        if name not in found and name in world.drafts:
            found.add(name)
            pending += [edge.provider for edge in world.drafts[name].edges]
    return found


def board_order(world: World) -> list[str]:
    """Chip peripherals as in the chip file, then the board's sections, the kernel last.

    A private instance stands before its owner.
    """
    by_section: dict[str, list[str]] = {
        section: [] for section in ("peripherals", "muxes", "devices", "capsules", KERNEL)
    }
    private: dict[str, list[str]] = {}
    for name, draft in world.drafts.items():
        if draft.owner is not None:
            private.setdefault(draft.owner[0], []).append(name)
        elif draft.section != "peripherals":
            by_section[draft.section].append(name)
    by_section["peripherals"] = [
        name for name in world.chip.peripherals.entries if name in world.drafts
    ]
    ordered: list[str] = []

    def place(name: str) -> None:
        for inner in private.get(name, ()):
            place(inner)
        ordered.append(name)

    for names in by_section.values():
        for name in names:
            place(name)
    return ordered


def requires_order(world: World, names: list[str]) -> tuple[list[str], list[list[str]]]:
    """`names` with providers first, ties as given; and the cycles that prevent it.

    With a cycle the rest keeps its given order, so that later stages still see it.
    """
    ordered: list[str] = []
    placed: set[str] = set()
    rest = list(names)
    while rest:
        ready = next((name for name in rest if _free(world.drafts[name], placed, rest)), None)
        if ready is None:
            return [*ordered, *rest], _cycles(world, rest)
        rest.remove(ready)
        placed.add(ready)
        ordered.append(ready)
    return ordered, []


def _free(draft: Draft, placed: set[str], rest: list[str]) -> bool:
    return all(edge.provider in placed or edge.provider not in rest for edge in draft.edges)


def _cycles(world: World, rest: list[str]) -> list[list[str]]:
    """Each cycle once, from its first member in board order."""
    found: list[list[str]] = []
    seen: set[str] = set()
    for start in rest:
        path: list[str] = []
        name: str | None = start
        while name is not None and name not in path and name not in seen:
            path.append(name)
            name = next(
                (edge.provider for edge in world.drafts[name].edges if edge.provider in rest),
                None,
            )
        if name is not None and name in path:
            cycle = path[path.index(name) :]
            first = min(range(len(cycle)), key=lambda n: rest.index(cycle[n]))
            found.append([*cycle[first:], *cycle[:first]])
        seen.update(path)
    return found
