# SPDX-License-Identifier: MIT OR Apache-2.0
"""Expressions of descriptors: exact rationals, total, always ending.

Names are parameters, clocks, derived values and `port.fact`; functions are `max min
round ceil count(port) clients(port)` and `mask(port, condition)`, the word of all edges of
a port (`mask(pin)`), or of those of which an interface (`mask(pin, gpio.output)`) or a
parameter with one of its words (`mask(pin, pull == up)`) holds; operators `+ - * /` and, at
the outermost level of a `where`, one comparison. Numbers may carry a unit and count in base
units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from boardwright.units import ALL_UNITS, split_quantity, whole_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from boardwright.span import Span

Tree = Fraction | str | tuple[str, tuple["Tree", ...]]
"""A number, a name, or an operator or function with its operands."""

PORT_FUNCTIONS = ("count", "clients")
MASK = "mask"
_FUNCTIONS = {"max": (1, 8), "min": (1, 8), "round": (1, 1), "ceil": (1, 1)}
_COMPARISONS = (">=", "<=", "==", "!=", ">", "<")
_TOKEN = re.compile(
    r"\s*(0[xX][0-9a-fA-F]+|[0-9]+(?:\.[0-9]+)?\s*[A-Za-z%]*"
    r"|[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*|>=|<=|==|!=|[-+*/(),<>])"
)
_DEPTH = 32


class ExpressionError(Exception):
    """The text is not an expression; the argument says why."""


class UnknownNameError(Exception):
    """A name has no value (it is broken elsewhere, or nothing is connected)."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression: its text, where it stands, and its tree."""

    text: str
    span: Span
    tree: Tree

    @property
    def names(self) -> tuple[str, ...]:
        """Names of values it uses, in order, `port.fact` included."""
        return tuple(dict.fromkeys(_names(self.tree)))

    @property
    def ports(self) -> tuple[str, ...]:
        """Ports that `count`, `clients` and `mask` ask about."""
        return tuple(dict.fromkeys(_ports(self.tree)))

    @property
    def masks(self) -> tuple[Mask, ...]:
        """What `mask` asks for."""
        return tuple(_masks(self.tree))


@dataclass(frozen=True, slots=True)
class Mask:
    """`mask(port, name == word)`; without `word` that an edge has the interface `name`.

    Without either, `mask(port)`, of every edge.
    """

    port: str
    name: str
    word: str

    def __str__(self) -> str:
        """As it is written."""
        name = f", {self.name}" if self.name else ""
        word = f" == {self.word}" if self.word else ""
        return f"{MASK}({self.port}{name}{word})"


def _no_mask(mask: Mask) -> Fraction:
    raise UnknownNameError(str(mask))


@dataclass(frozen=True, slots=True)
class Scope:
    """Where names get their values.

    `value` raises `UnknownNameError`; `port` is asked `count` or `clients` of a port.
    """

    value: Callable[[str], Fraction]
    port: Callable[[str, str], Fraction]
    mask: Callable[[Mask], Fraction] = _no_mask


def parse_expression(text: str, span: Span) -> Expression:
    """Parse; raises `ExpressionError`."""
    parser = _Parser(text)
    tree = parser.comparison()
    if parser.ahead:
        raise ExpressionError(f"'{parser.ahead}' is left over")
    return Expression(text, span, tree)


def evaluate(tree: Tree, scope: Scope) -> Fraction:
    """The exact value; a comparison gives 0 or 1.

    Raises `UnknownNameError` and `ZeroDivisionError`.
    """
    if isinstance(tree, Fraction):
        return tree
    if isinstance(tree, str):
        return scope.value(tree)
    operator, operands = tree
    if operator == MASK:
        return scope.mask(_mask(operands))
    if operator in PORT_FUNCTIONS:
        port = operands[0]
        assert isinstance(port, str)
        return scope.port(operator, port)
    return _apply(operator, [evaluate(operand, scope) for operand in operands])


def _apply(operator: str, values: list[Fraction]) -> Fraction:
    first, last = values[0], values[-1]
    if operator in ("max", "min"):
        return max(values) if operator == "max" else min(values)
    if operator == "round":  # halves away from zero: no surprise of banker's rounding
        sign = -1 if first < 0 else 1
        return Fraction(sign * ((2 * abs(first) + 1) // 2))
    if operator == "ceil":
        return Fraction(-(-first // 1))
    if operator == "+":
        return first + last
    if operator == "-":
        return first - last
    if operator == "*":
        return first * last
    if operator == "/":
        return first / last
    results = {
        ">=": first >= last,
        "<=": first <= last,
        "==": first == last,
        "!=": first != last,
        ">": first > last,
        "<": first < last,
    }
    return Fraction(results[operator])


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = self._tokens(text)
        self.at = 0
        self.depth = 0

    @staticmethod
    def _tokens(text: str) -> list[str]:
        tokens, at = [], 0
        text = text.rstrip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if not found:
                raise ExpressionError(f"'{text[at:].strip()[0]}' does not belong here")
            tokens.append(found[1].strip())
            at = found.end()
        return tokens

    @property
    def ahead(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        word = self.ahead
        self.at += 1
        return word

    def expect(self, wanted: str) -> None:
        if self.take() != wanted:
            raise ExpressionError(f"'{wanted}' is missing")

    def comparison(self) -> Tree:
        left = self.sum()
        if self.ahead in _COMPARISONS:
            operator = self.take()
            return (operator, (left, self.sum()))
        return left

    def sum(self) -> Tree:
        left = self.product()
        while self.ahead in ("+", "-"):
            operator = self.take()
            left = (operator, (left, self.product()))
        return left

    def product(self) -> Tree:
        left = self.factor()
        while self.ahead in ("*", "/"):
            operator = self.take()
            left = (operator, (left, self.factor()))
        return left

    def factor(self) -> Tree:
        self.depth += 1
        if self.depth > _DEPTH:
            raise ExpressionError("it is nested too deeply")
        tree = self._factor()
        self.depth -= 1
        return tree

    def _factor(self) -> Tree:
        word = self.take()
        if word == "(":
            inner = self.sum()
            self.expect(")")
            return inner
        if word == "-":
            return ("-", (Fraction(0), self.factor()))
        if word[:1].isdigit():
            return _number(word)
        if not word or not (word[0].isalpha() or word[0] == "_"):
            raise ExpressionError(f"'{word}' does not belong here" if word else "it ends early")
        if self.ahead == "(":
            return self._call(word)
        return word

    def _call(self, name: str) -> Tree:
        self.expect("(")
        if name in PORT_FUNCTIONS:
            port = self.take()
            self.expect(")")
            if not port.isidentifier():
                raise ExpressionError(f"'{name}' takes the name of a port")
            return (name, (port,))
        if name == MASK:
            return (name, self._mask())
        if name not in _FUNCTIONS:
            known = ", ".join((*_FUNCTIONS, *PORT_FUNCTIONS, MASK))
            raise ExpressionError(f"there is no function '{name}', only {known}")
        operands = [self.sum()]
        while self.ahead == ",":
            self.take()
            operands.append(self.sum())
        self.expect(")")
        least, most = _FUNCTIONS[name]
        if not least <= len(operands) <= most:
            raise ExpressionError(f"'{name}' takes {least} to {most} values")
        return (name, tuple(operands))

    def _mask(self) -> tuple[Tree, ...]:
        """A port; an interface, or a parameter and one of its words, or nothing."""
        port = self.take()
        if self.ahead == ")" and port.isidentifier():
            self.take()
            return (port, "", "")
        self.expect(",")
        name, word = self.take(), ""
        if self.ahead == "==":
            self.take()
            word = self.take()
        self.expect(")")
        if not (port.isidentifier() and name[:1].isalpha()) or bool(word) == ("." in name):
            raise ExpressionError(f"'{MASK}' takes a port, and hil.leaf or parameter == word")
        return (port, name, word)


def _mask(operands: tuple[Tree, ...]) -> Mask:
    port, name, word = operands
    return Mask(str(port), str(name), str(word))


def _masks(tree: Tree) -> Iterator[Mask]:
    if isinstance(tree, (Fraction, str)):
        return
    operator, operands = tree
    if operator == MASK:
        yield _mask(operands)
        return
    for operand in operands:
        yield from _masks(operand)


def _number(token: str) -> Fraction:
    whole = whole_number(token)
    if whole is not None:
        return Fraction(whole)
    quantity = split_quantity(token)
    if quantity and quantity[1] in ALL_UNITS:
        return quantity[0] * ALL_UNITS[quantity[1]]
    if quantity and not quantity[1] and not re.match("0[0-9]", token):
        return quantity[0]
    raise ExpressionError(f"'{token}' is no number")


def _names(tree: Tree) -> list[str]:
    if isinstance(tree, Fraction):
        return []
    if isinstance(tree, str):
        return [tree]
    operator, operands = tree
    if operator in PORT_FUNCTIONS or operator == MASK:
        return []
    return [name for operand in operands for name in _names(operand)]


def _ports(tree: Tree) -> list[str]:
    if isinstance(tree, (Fraction, str)):
        return []
    operator, operands = tree
    if operator in PORT_FUNCTIONS or operator == MASK:
        return [str(operands[0])]
    return [name for operand in operands for name in _ports(operand)]
