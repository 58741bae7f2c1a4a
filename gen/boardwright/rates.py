# SPDX-License-Identifier: MIT OR Apache-2.0
"""How far a rate that hardware makes is from the one asked for."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boardwright.descriptors import Exact


def rate_error(wanted: Exact, achieved: Fraction) -> Fraction | None:
    """The signed difference as a part of `wanted`; None of 0 and of what is no number."""
    if not isinstance(wanted, Fraction) or not wanted:
        return None
    return (achieved - wanted) / wanted


def ppm(error: Fraction) -> int:
    """A part of one in parts per million, rounded."""
    return round(error * 10**6)


def error_ppm(wanted: Exact, achieved: Fraction) -> int | None:
    """`rate_error` in parts per million, for readers."""
    error = rate_error(wanted, achieved)
    return None if error is None else ppm(error)
