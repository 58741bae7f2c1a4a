# SPDX-License-Identifier: MIT OR Apache-2.0
"""YAML text to nodes.

Built from parser events with a stack, so nesting and aliases cannot make it recurse;
the language has neither anchors nor aliases. Reports the Text family (01xx).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import yaml

from boardwright.diagnostics import meant
from boardwright.load.nodes import Entry, Mapping, Node, Scalar, Sequence
from boardwright.span import Source, Span

if TYPE_CHECKING:
    from boardwright.diagnostics import Diagnostics

MAX_DEPTH = 50
"""Levels of lists and maps; what reads the tree may recurse that far."""
VERBS = ("append", "replace", "delete")
# PyYAML's stubs give events and marks no common shape that both its parsers have.
_Event = Any
_Mark = Any
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BRACKET_INDEX = re.compile(r"\w\[[0-9]")
_TIGHT_TAG = re.compile(r"!\w+[},\]]")


@dataclass
class _Open:
    """A collection being read."""

    start: _Mark
    is_map: bool
    verb: str
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    key: Scalar | None = None


def parse(source: Source, diagnostics: Diagnostics) -> Node | None:
    """The tree of one file; None if it is not YAML or is empty."""
    reader = _Reader(source, diagnostics)
    try:
        for event in yaml.parse(source.text, Loader=_LOADER):
            reader.feed(event)
    except yaml.YAMLError as error:
        reader.broken(error)
        return None
    return reader.root


class _Reader:
    def __init__(self, source: Source, diagnostics: Diagnostics) -> None:
        self.source = source
        self.diagnostics = diagnostics
        self.root: Node | None = None
        self.stack: list[_Open] = []
        self.documents = 0

    def feed(self, event: _Event) -> None:
        """Take one parser event."""
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._scalar(event)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            if len(self.stack) == MAX_DEPTH:
                problem = f"nested deeper than {MAX_DEPTH} levels"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)
            self._anchor(event)
            is_map = kind is yaml.MappingStartEvent
            self.stack.append(_Open(event.start_mark, is_map, self._verb(event)))
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._close(event)
        elif kind is yaml.AliasEvent:
            self.diagnostics.report("0105", self._span(event.start_mark, event.end_mark))
            self._add(Scalar("", self._span(event.start_mark, event.end_mark), empty=True))
        elif kind is yaml.DocumentStartEvent:
            self.documents += 1
            if self.documents == 2:
                span = self._span(event.start_mark, event.end_mark)
                self.diagnostics.report("0100", span, problem="a second document", hint="")

    def broken(self, error: yaml.YAMLError) -> None:
        """Report what the parser refused."""
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        hint = ""
        text = self.source.line(line)
        if "\t" in text[: len(text) - len(text.lstrip())]:
            problem, hint = "a tab in the indentation", "YAML is indented with blanks only"
        elif _TIGHT_TAG.search(text):
            hint = "write a blank between a tag and '}', ']' or ',':  !delete }"
        elif _BRACKET_INDEX.search(text):
            hint = "references have no brackets:  id.0, not id[0]"
        context = getattr(error, "context_mark", None)
        related = []
        if context is not None and context is not mark:
            related = [
                (self._point(context.line + 1, context.column + 1), "in what starts here")
            ]
        span = self._point(line, column)
        problem = problem or "not readable"
        self.diagnostics.report("0100", span, problem=problem, hint=hint, related=related)

    def _point(self, line: int, column: int) -> Span:
        """One character; what is missing at the end is missing on the last line."""
        last = self.source.text.rstrip().count("\n") + 1
        if line > last:
            line, column = last, len(self.source.line(last)) + 1
        return Span(self.source, line, column, line, column + 1)

    def _scalar(self, event: _Event) -> None:
        self._anchor(event)
        empty = event.value == "" and event.style not in ("'", '"')
        span = self._span(event.start_mark, event.end_mark)
        self._add(Scalar(event.value, span, self._verb(event), empty))

    def _close(self, event: _Event) -> None:
        top = self.stack.pop()
        start, end = top.start, event.end_mark
        span = self._span(start, end)
        if top.is_map:
            self._add(Mapping(top.entries, span, top.verb))
        else:
            self._add(Sequence(tuple(top.items), span, top.verb))

    def _add(self, node: Node) -> None:
        if not self.stack:
            self.root = node if self.documents < 2 else self.root
            return
        top = self.stack[-1]
        if not top.is_map:
            top.items.append(node)
        elif top.key is None:
            top.key = self._key(node)
        else:
            key, node = self._with_colon(top.key, node)
            top.key = None
            if key.text in top.entries:
                first = top.entries[key.text].key.span
                self.diagnostics.report(
                    "0101", key.span, key=key.text, related=[(first, "first written here")]
                )
                if not _nothing(top.entries[key.text].value):
                    _take_over(top.entries[key.text].value, node)
                    return
            top.entries[key.text] = Entry(key, _with_line_end(node, key))

    def _with_colon(self, key: Scalar, node: Node) -> tuple[Scalar, Node]:
        """`{uart uart0}` read as `{uart: uart0}`, once reported."""
        word, _, rest = key.text.partition(" ")
        if not (rest and _nothing(node)):
            return key, node
        problem, hint = f"there is no ':' in '{key.text}'", f"{word}: {rest.strip()}"
        self.diagnostics.report("0100", key.span, problem=problem, hint=hint)
        return replace(key, text=word), Scalar(rest.strip(), key.span)

    def _key(self, node: Node) -> Scalar:
        if isinstance(node, Scalar) and not node.empty:
            return node
        self.diagnostics.report("0100", node.span, problem="a key must be one word", hint="")
        return Scalar("", node.span, empty=True)

    def _verb(self, event: _Event) -> str:
        tag = event.tag
        if tag is None or tag == "!":
            return ""
        if tag[1:] in VERBS and tag[0] == "!":
            return str(tag[1:])
        span = self._span(event.start_mark, event.end_mark)
        self.diagnostics.report("0102", span, tag=tag)
        return meant(tag[1:], VERBS) if tag[0] == "!" else ""

    def _anchor(self, event: _Event) -> None:
        if event.anchor is not None:
            self.diagnostics.report("0105", self._span(event.start_mark, event.end_mark))

    def _span(self, start: _Mark, end: _Mark) -> Span:
        end_line, end_column = end.line + 1, end.column + 1
        return Span(self.source, start.line + 1, start.column + 1, end_line, end_column)


def _with_line_end(node: Node, key: Scalar) -> Node:
    """An empty value stands where its key does: there is nothing else to point at."""
    return replace(node, span=key.span) if _nothing(node) else node


def _nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.empty and not node.verb


def _take_over(first: Node, second: Node) -> None:
    """Go on with what two maps of one name hold, so that what they hold is not missing."""
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        for name, entry in second.entries.items():
            first.entries.setdefault(name, entry)
