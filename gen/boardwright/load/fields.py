# SPDX-License-Identifier: MIT OR Apache-2.0
"""Reading a descriptor's maps: each key is taken with its shape, none is left over.

A wrong shape or an unknown key is one 0702 in the words of the descriptor's author.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.descriptors import Type
from boardwright.diagnostics import suggestion
from boardwright.expressions import Expression, ExpressionError, parse_expression
from boardwright.load.nodes import Entry, Mapping, Node, Scalar, Sequence, shape
from boardwright.load.values import read_value
from boardwright.units import UNITS, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from boardwright.descriptors import Exact
    from boardwright.diagnostics import Diagnostics
    from boardwright.span import Span


class Fields:
    """A map being read. `owner` names it in messages: `component 'mux_uart'`."""

    def __init__(self, node: Node, owner: str, diagnostics: Diagnostics) -> None:
        self.node = node
        self.owner = owner
        self.diagnostics = diagnostics
        self.taken: list[str] = []
        self.map = node if isinstance(node, Mapping) else Mapping({}, node.span)
        if not isinstance(node, Mapping) and not (isinstance(node, Scalar) and node.empty):
            self.malformed(node.span, f"a map is expected here, not {shape(node)}")

    @property
    def span(self) -> Span:
        """Where the map stands."""
        return self.node.span

    def malformed(self, span: Span, problem: str, hint: str = "") -> None:
        """Report 0702."""
        self.diagnostics.report("0702", span, owner=self.owner, problem=problem, hint=hint)

    def get(self, key: str) -> Node | None:
        """The node of a key, which counts as read."""
        self.taken.append(key)
        return self.map.get(key)

    def text(self, key: str, default: str | None = None) -> str | None:
        """A word."""
        node = self.get(key)
        return default if node is None else self.word(node, key, default)

    def required(self, key: str) -> str:
        """A word that must be there; "" after a report."""
        if self.map.get(key) is None:
            self.malformed(self.span, f"'{key}' is missing")
        return self.text(key) or ""

    def word(self, node: Node, key: str, default: str | None = None) -> str | None:
        """A node as a word."""
        if isinstance(node, Scalar) and not node.empty:
            return node.text
        self.malformed(node.span, f"'{key}' must be one word, not {shape(node)}")
        return default

    def choice(self, key: str, words: tuple[str, ...], default: str) -> str:
        """One of `words`."""
        node = self.get(key)
        if node is None:
            return default
        word = self.word(node, key)
        if word is not None and word not in words:
            self.malformed(node.span, f"'{key}' cannot be '{word}'", suggestion(word, words))
            return default
        return word or default

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        node = self.get(key)
        if node is None:
            return default
        value = read_value(node, Type("bool"), key, self.diagnostics)
        return value if isinstance(value, bool) else default

    def whole(self, key: str) -> int | None:
        """A whole number from 0."""
        node = self.get(key)
        return None if node is None else self.number(node, key)

    def number(self, node: Node, key: str) -> int | None:
        """A node as a whole number from 0."""
        value = whole_number(node.text) if isinstance(node, Scalar) else None
        if value is None or value < 0:
            self.malformed(node.span, f"'{key}' must be a whole number, not {shape(node)}")
            return None
        return value

    def quantity(self, key: str, kind: str) -> Exact | None:
        """A quantity of this kind; None if absent."""
        node = self.get(key)
        return None if node is None else read_value(node, Type(kind), key, self.diagnostics)

    def words(self, key: str) -> tuple[str, ...]:
        """A list of words; a single word stands for a list of one."""
        return tuple(word.text for word in self.scalars(key))

    def scalars(self, key: str) -> tuple[Scalar, ...]:
        """The same with positions."""
        node = self.get(key)
        if node is None or (isinstance(node, Scalar) and node.empty):
            return ()
        items = node.items if isinstance(node, Sequence) else (node,)
        for item in items:
            self.word(item, key)
        return tuple(item for item in items if isinstance(item, Scalar) and not item.empty)

    def entries(self, key: str) -> Iterator[Entry]:
        """The entries of a map; none if it is absent."""
        node = self.get(key)
        if isinstance(node, Mapping):
            yield from node
        elif node is not None and not (isinstance(node, Scalar) and node.empty):
            self.malformed(node.span, f"'{key}' must be a map, not {shape(node)}")

    def inner(self, node: Node, what: str) -> Fields:
        """A map within this one."""
        return Fields(node, f"{what} of {self.owner}", self.diagnostics)

    def expression(self, key: str) -> Expression | None:
        """An expression; None if absent or after 0704."""
        node = self.get(key)
        return None if node is None else self.formula(node, key)

    def formula(self, node: Node, key: str) -> Expression | None:
        """A node as an expression."""
        text = self.word(node, key)
        if text is None:
            return None
        try:
            return parse_expression(text, node.span)
        except ExpressionError as error:
            self.diagnostics.report(
                "0704", node.span, expression=text, problem=str(error), hint=""
            )
            return None

    def finish(self, also: tuple[str, ...] = ()) -> None:
        """Report every key that nobody read."""
        for entry in self.map:
            key = entry.key.text
            if key not in self.taken and key not in also:
                hint = suggestion(key, self.taken)
                self.malformed(entry.key.span, f"there is no key '{key}'", hint)


PLAIN_TYPES = (
    "bool",
    "u8",
    "u16",
    "u32",
    "address",
    "i32",
    "enum",
    "text",
    "path",
    "region",
    "port",
)
TYPES = (*PLAIN_TYPES, *UNITS)


def read_type(fields: Fields) -> Type:
    """The type of a parameter, fact or derived value, with its bounds."""
    kind = fields.choice("type", TYPES, "u32")
    if "type" not in fields.map:
        fields.malformed(fields.span, "'type' is missing")
    unit = fields.text("unit")
    if unit is not None and unit not in UNITS.get(kind, {}):
        node = fields.map.entries["unit"].value
        known = suggestion(unit, UNITS.get(kind, {}))
        fields.malformed(node.span, f"a {kind} has no unit '{unit}'", known)
        unit = None
    bare = Type(kind, unit, of=fields.words("of"), interfaces=fields.words("hil"))
    return Type(
        kind,
        unit,
        read_bound(fields, "min", bare),
        read_bound(fields, "max", bare),
        bare.of,
        bare.interfaces,
    )


def read_bound(fields: Fields, key: str, type_: Type) -> Fraction | str | None:
    """A bound: a value of the type, or the name of a fact."""
    node = fields.get(key)
    if node is None:
        return None
    if isinstance(node, Scalar) and node.text[:1].isalpha():
        return node.text
    value = read_value(node, type_, key, fields.diagnostics)
    return None if isinstance(value, bool) else value


def read_default(fields: Fields, type_: Type) -> Exact | None:
    """The `default` of a parameter, read as its type."""
    node = fields.get("default")
    if node is None:
        return None
    return read_value(node, type_, "default", fields.diagnostics)
