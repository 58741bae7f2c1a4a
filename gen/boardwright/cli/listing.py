# SPDX-License-Identifier: MIT OR Apache-2.0
"""`boardwright list`: what there is, all of a kind or what a search finds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from boardwright.cli.shared import (
    BEGIN,
    FINDINGS,
    FINE,
    add_components,
    add_format,
    complain,
    known_boards,
    print_json,
    print_table,
    report_findings,
    search_roots,
)
from boardwright.diagnostics import Diagnostics, did_you_mean, either

if TYPE_CHECKING:
    import argparse

    from boardwright.catalogue import Item
    from boardwright.cli.shared import Commands

_KINDS = ("components", "chips", "hils", "boards")
_REASONS = 3


def add(commands: Commands) -> None:
    """The command's name and options."""
    command = commands.add(
        "list", _run, "list what boards can be made of, search in it, or show a component"
    )
    kinds = "|".join(_KINDS)
    command.usage = f"%(prog)s [--format F] [--component-dir DIR] [{kinds}] [WORD ...]"
    command.add_argument(
        "words",
        metavar="KIND WORD",
        nargs="*",
        help="what to list (default: components), and words that must all be in its name, "
        "its description, its interfaces, parameters, commands or peripherals; "
        "words without a kind are looked for in every kind, and the name of a component "
        "by itself shows all that a board can say of it",
    )
    add_format(command)
    add_components(command)


def _run(options: argparse.Namespace) -> int:
    from dataclasses import asdict  # noqa: PLC0415

    from boardwright.catalogue import catalogue, component_named  # noqa: PLC0415
    from boardwright.explain.component_text import component_text  # noqa: PLC0415

    words: list[str] = list(options.words)
    kinds: tuple[str, ...] = _KINDS if words else ("components",)
    if words and words[0] in _KINDS:
        kinds = (words.pop(0),)
    roots, boards = search_roots(options), known_boards()
    every = [item for kind in kinds for item in catalogue(kind, roots, boards)]
    found = [item for item in every if item.matches(words)]
    mixed = len(kinds) > 1
    diagnostics = Diagnostics()
    named = mixed and len(words) == 1
    page = component_named(words[0], roots, diagnostics) if named else None
    if report_findings(diagnostics):
        return FINDINGS
    if options.format == "json":
        details = {} if page is None else {("component", page.name): asdict(page)}
        rows = [(item, details.get((item.kind, item.name), {})) for item in found]
        print_json(
            [
                {"kind": item.kind, **item.row, **more} if mixed else item.row
                for item, more in rows
            ]
        )
    elif page is not None:
        print(component_text(page), end="")
        print(_others(found, page.name), end="")
    else:
        print_table([_row(item, words, mixed=mixed) for item in found])
    if found:
        return FINE
    complain(_nothing(kinds, words, every))
    return FINDINGS if words else FINE


def _row(item: Item, words: list[str], *, mixed: bool) -> list[str]:
    if not mixed and not words:
        return list(item.row.values())
    first, *others = item.row.values()
    reasons = item.reasons(words)
    if len(reasons) > _REASONS:
        reasons = [*reasons[:_REASONS], f"{len(reasons) - _REASONS} more"]
    last = " ".join(filter(None, [others.pop(), f"[{', '.join(reasons)}]" * bool(reasons)]))
    return [first, *([item.kind] if mixed else []), *([] if mixed else others), last]


def _others(found: list[Item], name: str) -> str:
    """How many else a search for the name of a component finds, and how to see them."""
    counts = Counter(item.kind for item in found)
    counts["component"] -= 1
    kinds = {f"{kind}s": count for kind, count in counts.items() if count}
    if not kinds:
        return ""
    where = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    how = f"`boardwright list {next(iter(kinds))} {name}`"
    return f"\n'{name}' finds more: {where}; {how} lists those\n"


def _nothing(kinds: tuple[str, ...], words: list[str], every: list[Item]) -> str:
    """What to say when there is nothing to list."""
    what = either(words) if len(words) == 1 else " and ".join(f"'{word}'" for word in words)
    where = kinds[0] if len(kinds) == 1 else "components, chips, hils and boards"
    if not words:
        begin = f"; {BEGIN} makes one" if kinds == ("boards",) else ""
        return f"there are no {where} here{begin}"
    names = {part for item in every for part in (item.name, *item.name.split("."))}
    near = next((text for word in words if (text := did_you_mean(word, names))), "")
    return f"none of the {where} has {what}{'; ' if near else ''}{near}"
