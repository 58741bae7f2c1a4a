# SPDX-License-Identifier: MIT OR Apache-2.0
"""`boardwright list`: what there is, all of a kind or what a search finds."""

from __future__ import annotations

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
    search_roots,
)
from boardwright.diagnostics import did_you_mean, either

if TYPE_CHECKING:
    import argparse

    from boardwright.catalogue import Item
    from boardwright.cli.shared import Commands

_KINDS = ("components", "chips", "hils", "boards")
_REASONS = 3


def add(commands: Commands) -> None:
    """The command's name and options."""
    command = commands.add("list", _run, "list what boards can be made of, or search in it")
    kinds = "|".join(_KINDS)
    command.usage = f"%(prog)s [--format F] [--component-dir DIR] [{kinds}] [WORD ...]"
    command.add_argument(
        "words",
        metavar="KIND WORD",
        nargs="*",
        help="what to list (default: components), and words that must all be in its name, "
        "its description, its interfaces, parameters, commands or peripherals; "
        "words without a kind are looked for in every kind",
    )
    add_format(command)
    add_components(command)


def _run(options: argparse.Namespace) -> int:
    from boardwright.catalogue import catalogue  # noqa: PLC0415

    words: list[str] = list(options.words)
    kinds: tuple[str, ...] = _KINDS if words else ("components",)
    if words and words[0] in _KINDS:
        kinds = (words.pop(0),)
    roots, boards = search_roots(options), known_boards()
    every = [item for kind in kinds for item in catalogue(kind, roots, boards)]
    found = [item for item in every if item.matches(words)]
    mixed = len(kinds) > 1
    if options.format == "json":
        print_json([{"kind": item.kind, **item.row} if mixed else item.row for item in found])
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
