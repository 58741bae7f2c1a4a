# SPDX-License-Identifier: MIT OR Apache-2.0
"""Expressions are exact, total and small."""

from __future__ import annotations

import contextlib
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardwright.expressions import (
    ExpressionError,
    Mask,
    Scope,
    UnknownNameError,
    evaluate,
    parse_expression,
)
from boardwright.span import Source, Span

SPAN = Span(Source("x.yaml", Path("x.yaml"), ""), 1, 1, 1, 2)
VALUES = {
    "input": Fraction(25_000_000),
    "baud": Fraction(115200),
    "timer.frequency": Fraction(8),
}


def value(text: str) -> Fraction:
    def name(key: str) -> Fraction:
        if key not in VALUES:
            raise UnknownNameError(key)
        return VALUES[key]

    def port(function: str, _name: str) -> Fraction:
        return Fraction({"count": 3, "clients": 2}[function])

    def mask(asked: Mask) -> Fraction:
        return Fraction({"pull": 6, "gpio.output": 1, "": 15}[asked.name])

    return evaluate(parse_expression(text, SPAN).tree, Scope(name, port, mask))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 - 2 - 1", 4),
        ("8 / 4 / 2", 1),
        ("1 / 3 * 3", 1),
        ("-2 + 5", 3),
        ("round(input / baud)", 217),
        ("round(5 / 2)", 3),
        ("round(-5 / 2)", -3),
        ("ceil(10 / 4)", 3),
        ("ceil(-10 / 4)", -2),
        ("max(1, 2, 3) - min(4, 5)", -1),
        ("timer.frequency * 2", 16),
        ("count(leds) + clients(uart)", 5),
        ("0x10 + 1KiB", 1040),
        ("0.5 * 4", 2),
        ("input >= 1MHz", 1),
        ("input < 1 MHz", 0),
        ("timer.frequency == 8Hz", 1),
        ("mask(pin, pull == up) + mask(pin, gpio.output)", 7),
        ("mask(pin)", 15),
    ],
)
def test_an_expression_has_its_exact_value(text: str, expected: int) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 +",
        "(1",
        "1 2",
        "a b",
        "1 < 2 < 3",
        "max()",
        "round(1, 2)",
        "sqrt(4)",
        "count(1)",
        "mask(1)",
        "mask(pin, pull)",
        "mask(pin, gpio.output == up)",
        "mask(gpio.pin, pull == up)",
        "mask(pin, pull == )",
        "mask(pin, pull >= up)",
        "mask(pin, 1 == up)",
        "010",
        "3 parsecs",
        "a ** 2",
        "a if b else c",
        "__import__('os')",
        "a[0]",
        "(" * 100 + "1" + ")" * 100,
        "-" * 100 + "1",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_expression(text, SPAN)


def test_names_and_ports_are_listed_once_and_in_order() -> None:
    expression = parse_expression("max(b, a.c) + b * count(leds)", SPAN)
    assert expression.names == ("b", "a.c")
    assert expression.ports == ("leds",)
    assert expression.masks == ()


def test_masks_are_ports_and_not_names() -> None:
    expression = parse_expression("8 * (mask(pin, pull == up) + mask(led, a.b)) - c", SPAN)
    assert expression.names == ("c",)
    assert expression.ports == ("pin", "led")
    assert expression.masks == (Mask("pin", "pull", "up"), Mask("led", "a.b", ""))
    assert [str(mask) for mask in expression.masks] == [
        "mask(pin, pull == up)",
        "mask(led, a.b)",
    ]


def test_an_unknown_name_and_a_division_by_zero_are_told_apart() -> None:
    with pytest.raises(UnknownNameError):
        value("nothing + 1")
    with pytest.raises(ZeroDivisionError):
        value("1 / (baud - baud)")


@given(st.text("0123456789abc.+-*/()<>=, _%MHzroundmaxsk", max_size=40))
def test_every_text_parses_or_is_refused(text: str) -> None:
    try:
        tree = parse_expression(text, SPAN).tree
    except ExpressionError:
        return
    one = Fraction(1)
    scope = Scope(lambda _: Fraction(2), lambda _function, _port: one, lambda _mask: one)
    with contextlib.suppress(ZeroDivisionError):
        assert isinstance(evaluate(tree, scope), Fraction)
