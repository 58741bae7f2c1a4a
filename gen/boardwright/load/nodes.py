# SPDX-License-Identifier: MIT OR Apache-2.0
"""The tree a file becomes: text scalars, lists and maps, each with its position.

A scalar stays text until a type reads it. `verb` is an overlay's `append`, `replace` or
`delete`. `replaced` is the node an overlay put this one in place of: the history of a
value, newest first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boardwright.span import Span


@dataclass(frozen=True, slots=True)
class Scalar:
    """One word of text. `empty`: nothing was written (`key:`)."""

    text: str
    span: Span
    verb: str = ""
    empty: bool = False
    replaced: Node | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    span: Span
    verb: str = ""
    replaced: Node | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """One `key: value`."""

    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """A map in file order; keys are unique."""

    entries: dict[str, Entry]
    span: Span
    verb: str = ""
    replaced: Node | None = field(default=None, compare=False)

    def get(self, key: str) -> Node | None:
        """The value of `key`, None if it is absent."""
        entry = self.entries.get(key)
        return entry.value if entry else None

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    def __contains__(self, key: str) -> bool:
        return key in self.entries


Node = Scalar | Sequence | Mapping


def shape(node: Node) -> str:
    """The user's word for what a node is."""
    if isinstance(node, Mapping):
        return "a map"
    if isinstance(node, Sequence):
        return "a list"
    return "nothing" if node.empty else f"'{node.text}'"
