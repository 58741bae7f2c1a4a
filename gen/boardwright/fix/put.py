# SPDX-License-Identifier: MIT OR Apache-2.0
"""Set one value in the text of a board file; every other byte stays.

A key that is there gets the value. A new one goes behind the last of its map, a new
section where the order of a board file puts it, in the style of the map: `{a: b}` or lines.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from boardwright.diagnostics import Diagnostics
from boardwright.load.nodes import Mapping, Scalar
from boardwright.load.shapes.board import BOARD
from boardwright.load.yaml_text import parse
from boardwright.span import Source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from boardwright.load.nodes import Entry, Node
    from boardwright.span import Span

_SECTIONS = tuple(BOARD.keys)
_FLOW = re.compile(r"(![a-z]+\s+)?[\[{]")
_STEP = "  "


def offset(text: str, line: int, column: int) -> int:
    """The index of a place in a text; both count from 1."""
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return start + column - 1


def stretch(text: str, span: Span) -> tuple[int, int]:
    """A span as a slice."""
    start = offset(text, span.line, span.column)
    return start, offset(text, span.end_line, span.end_column)


def put(path: Path, text: str, keys: tuple[str, ...], value: str) -> str | None:
    """The text with `value` at `keys`; None if what is there has no room for it."""
    root = parse(Source(path.name, path, text), Diagnostics())
    if not isinstance(root, Mapping):
        return None
    at, above = root, 0
    while isinstance(below := at.get(keys[above]), Mapping):
        at, above = below, above + 1
        if above == len(keys):
            return None
    here, rest = keys[above], keys[above + 1 :]
    entry = at.entries.get(here)
    if entry is None:
        is_board = above == 0 or (above == 2 and keys[0] == "variants")
        order = _SECTIONS if is_board else ()
        return _insert(text, at, order, keys[above:], value)
    if not isinstance(entry.value, Scalar) or bool(rest) != entry.value.empty:
        return None
    if not rest:
        start, end = stretch(text, entry.value.span)
        return text[:start] + value + text[end:]
    return _fill(text, entry, rest, value)


def _fill(text: str, entry: Entry, rest: tuple[str, ...], value: str) -> str | None:
    """The first entry of a section that is empty: `muxes:`, and what follows on the line."""
    if entry.value.verb:
        return None
    end = stretch(text, entry.key.span)[1]
    indent = " " * (entry.key.span.column - 1) + _STEP
    if text[end : end + 1] != ":" or text[end + 1 :].lstrip(" ")[:1] in (",", "}"):
        return None
    return _line(text, end, f"{indent}{rest[0]}: {_nested(rest[1:], value)}")


def _insert(
    text: str, at: Mapping, order: tuple[str, ...], keys: tuple[str, ...], value: str
) -> str | None:
    """A new entry; `order` is that of the map's keys, () where there is none."""
    key, *rest = keys
    start = stretch(text, at.span)[0]
    entries = list(at)
    later = [each for each in order[order.index(key) + 1 :] if each in at] if order else []
    number = list(at.entries).index(later[0]) if later else len(entries)
    if _FLOW.match(text, start):
        added = f"{key}: {_nested(rest, value)}"
        if number == 0:
            brace = text.index("{", start) + 1
            return f"{text[:brace]}{added}{', ' if entries else ''}{text[brace:]}"
        end = _end(text, entries[number - 1])
        return f"{text[:end]}, {added}{text[end:]}"
    indent = " " * (entries[0].key.span.column - 1)
    if rest and order:
        below = f"{indent}{_STEP}{rest[0]}: {_nested(rest[1:], value)}"
        added = f"{indent}{key}:\n{below}"
    else:
        added = f"{indent}{key}: {_nested(rest, value)}"
    if number == 0:
        first = offset(text, entries[0].key.span.line, 1)
        return None if text[first:start].strip() else f"{text[:first]}{added}\n{text[first:]}"
    return _line(text, _end(text, entries[number - 1]), added)


def _nested(keys: Sequence[str], value: str) -> str:
    for key in reversed(keys):
        value = f"{{{key}: {value}}}"
    return value


def _line(text: str, end: int, added: str) -> str:
    """With further lines behind the line that `end` is in, or before it at its start."""
    if end and text[end - 1] == "\n":
        return f"{text[:end]}{added}\n{text[end:]}"
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    return f"{text[:line_end]}\n{added}{text[line_end:]}"


def _end(text: str, entry: Entry) -> int:
    """Where an entry really ends: a block's own end is where the next one starts."""
    return max(stretch(text, entry.key.span)[1], _node_end(text, entry.value))


def _node_end(text: str, node: Node) -> int:
    start, end = stretch(text, node.span)
    if isinstance(node, Scalar) or _FLOW.match(text, start):
        return end
    if isinstance(node, Mapping):
        return _end(text, list(node)[-1]) if node.entries else end
    return _node_end(text, node.items[-1]) if node.items else end
