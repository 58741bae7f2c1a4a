# SPDX-License-Identifier: MIT OR Apache-2.0
"""The history of a value: everybody who said it, the one that holds first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.load.nodes import Scalar
from boardwright.model import Origin
from boardwright.units import written

if TYPE_CHECKING:
    from boardwright.descriptors import Exact, Type
    from boardwright.load.nodes import Node
    from boardwright.span import Span


def origins(*nodes: Node | None, default: Origin | None = None) -> tuple[Origin, ...]:
    """What each node says and what it replaced, then the default.

    `nodes` are who decides, first, down to who is overruled; None says nothing.
    """
    found: dict[Span, Origin] = {}
    for node in nodes:
        each = node
        while each is not None:
            if isinstance(each, Scalar):
                found.setdefault(each.span, Origin(each.text, each.span))
            each = each.replaced
    return (*found.values(), *([default] if default is not None else []))


def default_origin(value: Exact | None, type_: Type, span: Span) -> Origin | None:
    """A descriptor's default as its origin; None if it has none."""
    if value is None:
        return None
    return Origin(written(value, type_.kind), span, default=True)
