# SPDX-License-Identifier: MIT OR Apache-2.0
"""Expressions of descriptors: exact rationals, total, always ending.

Names are parameters, clocks, derived values and `port.fact`; functions are `max min
round ceil count(port) clients(port)`; operators `+ - * /` and, in `where`, comparisons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boardwright.span import Span


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression: its text and where it stands."""

    text: str
    span: Span
