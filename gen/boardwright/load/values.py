# SPDX-License-Identifier: MIT OR Apache-2.0
"""One scalar read as a type: booleans, whole numbers, enums, quantities.

Reports the Values family (02xx). A value that was reported is None and silences what
depends on it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from boardwright.diagnostics import did_you_mean, either
from boardwright.load.nodes import Mapping, Scalar, shape
from boardwright.units import INTEGERS, UNITS, spelled, split_quantity, whole_number

if TYPE_CHECKING:
    from boardwright.descriptors import Exact, Type
    from boardwright.diagnostics import Diagnostics
    from boardwright.load.nodes import Entry, Node
    from boardwright.span import Span


def read_value(node: Node, type_: Type, what: str, diagnostics: Diagnostics) -> Exact | None:
    """The value of a scalar, without its bounds; None after a report."""
    if not isinstance(node, Scalar) or node.empty:
        found = shape(node)
        diagnostics.report("0201", node.span, what=what, expected="one value", found=found)
        return None
    if type_.kind == "bool":
        return _truth(node, what, diagnostics)
    if type_.kind in INTEGERS:
        return _whole(node, type_, what, diagnostics)
    if type_.kind in UNITS:
        return _quantity(node, type_, what, diagnostics)
    if type_.kind == "enum":
        return _word(node, type_, what, diagnostics)
    return node.text


def map_entries(node: Node | None, what: str, diagnostics: Diagnostics) -> list[Entry]:
    """The entries of a map; none, after 0201, of anything else that is written."""
    if isinstance(node, Mapping):
        return list(node)
    if node is not None and not (isinstance(node, Scalar) and node.empty):
        found = shape(node)
        diagnostics.report("0201", node.span, what=what, expected="a map", found=found)
    return []


def in_bounds(  # noqa: PLR0913 - one value, its two bounds, and what to say of it
    value: Exact,
    kind: str,
    least: Fraction | None,
    most: Fraction | None,
    *,
    what: str,
    span: Span,
    diagnostics: Diagnostics,
    related: tuple[tuple[Span, str], ...] = (),
) -> bool:
    """Whether a number keeps its bounds; reports 0206."""
    if not isinstance(value, Fraction):
        return True
    for bound, broken, side in (
        (least, least is not None and value < least, "below the minimum"),
        (most, most is not None and value > most, "above the maximum"),
    ):
        if broken and bound is not None:
            diagnostics.report(
                "0206",
                span,
                what=what,
                found=as_written(value, kind, span),
                side=side,
                bound=as_written(bound, kind, span),
                related=related,
            )
            return False
    return True


def as_written(value: Fraction, kind: str, span: Span) -> str:
    """A number for a message about what stands at `span`: in base 16 if that is."""
    marked = span.source.line(span.line)[span.column - 1 :]
    if marked.startswith("0x") and value.denominator == 1:
        return f"{int(value):#x}"
    return spelled(value, kind)


def fixed(bound: Fraction | str | None) -> Fraction | None:
    """A bound that is a number; None for a fact's name, which is known later."""
    return bound if isinstance(bound, Fraction) else None


def _truth(node: Scalar, what: str, diagnostics: Diagnostics) -> bool | None:
    if node.text in ("true", "false"):
        return node.text == "true"
    diagnostics.report("0203", node.span, what=what, expected="true or false", found=node.text)
    return None


def _whole(node: Scalar, type_: Type, what: str, diagnostics: Diagnostics) -> Fraction | None:
    value = whole_number(node.text)
    if value is None:
        expected = "a whole number, decimal or 0x"
        diagnostics.report("0203", node.span, what=what, expected=expected, found=node.text)
        return None
    least, most = INTEGERS[type_.kind]
    if not least <= value <= most:
        limit = f"{type_.kind} holds {least} to {most}"
        diagnostics.report("0204", node.span, what=what, found=node.text, limit=limit)
        return None
    return Fraction(value)


def _quantity(
    node: Scalar, type_: Type, what: str, diagnostics: Diagnostics
) -> Fraction | None:
    units = UNITS[type_.kind]
    parts = split_quantity(node.text)
    if parts is None:
        expected = f"a {type_.kind} like {_example(type_.kind)}"
        diagnostics.report("0203", node.span, what=what, expected=expected, found=node.text)
        return None
    number, unit = parts
    if unit not in units:
        problem = f"has the unit '{unit}'" if unit else "has no unit"
        diagnostics.report(
            "0202",
            node.span,
            what=what,
            kind=type_.kind,
            found=node.text,
            problem=problem,
            units=", ".join(units),
        )
        return None
    value = number * units[unit]
    if type_.kind == "size" and value.denominator != 1:
        diagnostics.report(
            "0204", node.span, what=what, found=node.text, limit="which is not whole bytes"
        )
        return None
    if value < 0 and type_.kind != "voltage":
        diagnostics.report(
            "0204", node.span, what=what, found=node.text, limit=f"no {type_.kind} is negative"
        )
        return None
    return value


def _word(node: Scalar, type_: Type, what: str, diagnostics: Diagnostics) -> str | None:
    if node.text in type_.of:
        return node.text
    near = did_you_mean(node.text, type_.of)
    known = f"{either(type_.of)}{'; ' + near if near else ''}"
    diagnostics.report("0205", node.span, what=what, found=node.text, known=known)
    return None


def _example(kind: str) -> str:
    examples = {"size": "4KiB", "duration": "10ms", "frequency": "25MHz", "baud": "115200Bd"}
    return {**examples, "ratio": "2%", "voltage": "3300mV"}[kind]
