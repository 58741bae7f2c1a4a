# SPDX-License-Identifier: MIT OR Apache-2.0
"""Reading a descriptor's maps by their shapes: each key with its form, none is left over.

A wrong form, an unknown and a missing key are each one 0702 in the words of the
descriptor's author. What a key holds is said once, in `load/shapes/`: asking for it in
another form, or not at all, fails an assertion.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from boardwright.descriptors import Type
from boardwright.diagnostics import meant, suggestion
from boardwright.expressions import Expression, ExpressionError, parse_expression
from boardwright.load.nodes import Entry, Mapping, Node, Scalar, Sequence, shape
from boardwright.load.shapes.forms import (
    Choice,
    Entries,
    Flag,
    Form,
    Formula,
    Items,
    Quantity,
    Shape,
    Value,
    Whole,
    Word,
    Words,
)
from boardwright.load.shapes.parts import HEAD
from boardwright.load.values import read_value
from boardwright.units import UNITS, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from boardwright.descriptors import Exact
    from boardwright.diagnostics import Diagnostics
    from boardwright.span import Span

_F = TypeVar("_F", bound=Form)


class Fields:
    """A map being read. `owner` names it in messages: `component 'mux_uart'`.

    `place` is where a missing key is reported (default: the map). `silent` are required
    keys whose absence the reader reports itself.
    """

    def __init__(  # noqa: PLR0913 - a map, its shape, and how to speak of it
        self,
        node: Node,
        form: Shape,
        owner: str,
        diagnostics: Diagnostics,
        *,
        place: Span | None = None,
        silent: tuple[str, ...] = (),
    ) -> None:
        self.node = node
        self.form = form
        self.owner = owner
        self.diagnostics = diagnostics
        self.taken: set[str] = set()
        self.map = node if isinstance(node, Mapping) else Mapping({}, node.span)
        if isinstance(node, Mapping) or (isinstance(node, Scalar) and node.empty):
            self._check_keys(place or node.span, silent)
        else:
            self.malformed(node.span, f"a map is expected here, not {shape(node)}")

    def _check_keys(self, place: Span, silent: tuple[str, ...]) -> None:
        """Report unknown and missing keys; a misspelt one is not missing as well."""
        missing = [key for key in self.form.required if key not in self.map]
        unknown = [entry for entry in self.map if entry.key.text not in self.form.keys]
        for entry in unknown:
            key = entry.key.text
            if self.form.others is None:
                hint = suggestion(key, self.form.keys)
                self.malformed(entry.key.span, f"there is no key '{key}'", hint)
                only = len(unknown) == len(missing) == 1
                absent = [each for each in self.form.keys if each not in self.map]
                right = missing[0] if only else meant(key, absent)
                if right:
                    missing = [each for each in missing if each != right]
                    entries = {**self.map.entries, right: entry}
                    self.map = Mapping(entries, self.map.span)
        for key in missing:
            if key not in silent:
                self.missing(key, place)

    @property
    def span(self) -> Span:
        """Where the map stands."""
        return self.node.span

    def malformed(self, span: Span, problem: str, hint: str = "") -> None:
        """Report 0702."""
        self.diagnostics.report("0702", span, owner=self.owner, problem=problem, hint=hint)

    def missing(self, key: str, place: Span) -> None:
        """Report a key that is not there."""
        form = self.form.keys[key].form
        hint = ""
        if isinstance(form, Choice) and len(form.words) < 6:
            hint = f"{key}: {', '.join(form.words[:-1])} or {form.words[-1]}"
        self.malformed(place, f"'{key}' is missing", hint)

    def get(self, key: str) -> Node | None:
        """The node of a key, which counts as read."""
        assert key in self.form.keys, f"{self.form.name}: '{key}' is not in load/shapes"
        self.taken.add(key)
        return self.map.get(key)

    def _form(self, key: str, kind: type[_F]) -> _F:
        form = self.form.keys[key].form
        assert isinstance(form, kind), f"{self.form.name}: {key} is no {kind.__name__}"
        return form

    def text(self, key: str, default: str | None = None) -> str | None:
        """A word."""
        node, form = self.get(key), self._form(key, Word)
        return default if node is None else self.word(node, key, default, form)

    def required(self, key: str) -> str:
        """A word that must be there; "" after a report."""
        assert self.form.keys[key].required, f"{self.form.name}: {key} is not required"
        return self.text(key) or ""

    def word(
        self, node: Node, key: str, default: str | None = None, form: Word | None = None
    ) -> str | None:
        """A node as a word."""
        if not isinstance(node, Scalar) or node.empty:
            self.malformed(node.span, f"'{key}' must be one word, not {shape(node)}")
            return default
        if form and form.pattern and not re.fullmatch(form.pattern, node.text):
            self.malformed(node.span, f"'{key}' must be {form.like}, not '{node.text}'")
            return default
        return node.text

    def choice(self, key: str, default: str) -> str:
        """One of the words of its form."""
        node, words = self.get(key), self._form(key, Choice).words
        if node is None:
            return default
        word = self.word(node, key)
        if word is not None and word not in words:
            self.malformed(node.span, f"'{key}' cannot be '{word}'", suggestion(word, words))
            return default
        return word or default

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        node, _ = self.get(key), self._form(key, Flag)
        if node is None:
            return default
        value = read_value(node, Type("bool"), key, self.diagnostics)
        return value if isinstance(value, bool) else default

    def whole(self, key: str) -> int | None:
        """A whole number from 0."""
        node, _ = self.get(key), self._form(key, Whole)
        return None if node is None else self.number(node, key)

    def number(self, node: Node, key: str) -> int | None:
        """A node as a whole number from 0."""
        value = whole_number(node.text) if isinstance(node, Scalar) else None
        if value is None or value < 0:
            self.malformed(node.span, f"'{key}' must be a whole number, not {shape(node)}")
            return None
        return value

    def quantity(self, key: str) -> Exact | None:
        """A quantity of its form's kind; None if absent."""
        node, form = self.get(key), self._form(key, Quantity)
        if node is None:
            return None
        return read_value(node, Type(form.kind), key, self.diagnostics)

    def value(self, key: str) -> str | None:
        """The text of a value whose type is not known here."""
        node, _ = self.get(key), self._form(key, Value)
        return None if node is None else self.word(node, key)

    def words(self, key: str) -> tuple[str, ...]:
        """A list of words; a single word stands for a list of one."""
        node, form = self.get(key), self._form(key, Words)
        return () if node is None else self.node_words(node, key, form)

    def node_words(self, node: Node, key: str, form: Words) -> tuple[str, ...]:
        """A node as such a list."""
        items: tuple[Node, ...] = node.items if isinstance(node, Sequence) else (node,)
        if isinstance(node, Scalar) and node.empty:
            items = ()
        if len(items) < form.least:
            self.malformed(node.span, f"'{key}' is missing")
        words = [self.word(item, key, form=form.item) for item in items]
        return tuple(word for word in words if word is not None)

    def items(self, key: str) -> tuple[Node, ...]:
        """The elements of a list; none if it is absent."""
        node, _ = self.get(key), self._form(key, Items)
        if isinstance(node, Sequence):
            return node.items
        if node is not None and not (isinstance(node, Scalar) and node.empty):
            self.malformed(node.span, f"'{key}' must be a list, not {shape(node)}")
        return ()

    def entries(self, key: str) -> Iterator[Entry]:
        """The entries of a map; none if it is absent."""
        node, form = self.get(key), self._form(key, Entries)
        if isinstance(node, Mapping):
            pattern = form.key.pattern
            for entry in node:
                if pattern and not re.fullmatch(pattern, entry.key.text):
                    problem = f"'{entry.key.text}' is not {form.key.like}"
                    self.malformed(entry.key.span, problem)
                else:
                    yield entry
        elif node is not None and not (isinstance(node, Scalar) and node.empty):
            self.malformed(node.span, f"'{key}' must be a map, not {shape(node)}")

    def named_words(self, key: str) -> dict[str, str]:
        """A map from a name to a word."""
        form = self._form(key, Entries).value
        assert isinstance(form, Word)
        found = {e.key.text: self.word(e.value, key, form=form) for e in self.entries(key)}
        return {name: word or "" for name, word in found.items()}

    def inner(self, node: Node, form: Shape, what: str, place: Span | None = None) -> Fields:
        """A map within this one."""
        assert self.form.holds(form), f"{self.form.name} holds no {form.name}"
        return Fields(node, form, f"{what} of {self.owner}", self.diagnostics, place=place)

    def expression(self, key: str) -> Expression | None:
        """An expression; None if absent or after 0704."""
        node, _ = self.get(key), self._form(key, Formula)
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

    def finish(self) -> None:
        """Nothing the shape has was left unread: it would be accepted and ignored."""
        unread = set(self.form.keys) - self.taken - set(HEAD)
        assert not unread, f"{self.form.name}: nobody reads {sorted(unread)}"


def read_type(fields: Fields) -> Type:
    """The type of a parameter, fact or derived value, with its bounds.

    What is reported to have no type is a text, in which anything can stand.
    """
    kind = fields.choice("type", "")
    unit = fields.choice("unit", "") or None
    if not kind:
        kind, unit = "text", None
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
