# SPDX-License-Identifier: MIT OR Apache-2.0
"""Rules about rates: how far what comes out of a divider is from what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from boardwright.rates import ppm, rate_error
from boardwright.units import spelled

if TYPE_CHECKING:
    from fractions import Fraction

    from boardwright.diagnostics import Diagnostics
    from boardwright.model import Value
    from boardwright.span import Span


@dataclass(frozen=True, slots=True)
class AskedRate:
    """A rate that was asked for. `at_most`: `tolerance` is for rates below, none is above."""

    what: str
    value: Value
    tolerance: Fraction | None
    at_most: bool = False


def check_rate(
    asked: AskedRate, achieved: Fraction, how: tuple[Span, str], diagnostics: Diagnostics
) -> None:
    """0406 for a rate that will not do, 0412 for one that is slower than anybody expects."""
    error = rate_error(asked.value.value, achieved)
    if error is None:
        return
    if asked.at_most and error > 0:
        code, allowed = "0406", 0
    elif asked.tolerance is not None and abs(error) > asked.tolerance:
        code, allowed = ("0412" if asked.at_most else "0406"), ppm(asked.tolerance)
    else:
        return
    wanted = asked.value.value
    assert not isinstance(wanted, (str, bool))
    diagnostics.report(
        code,
        asked.value.span,
        what=asked.what,
        achieved=spelled(achieved, asked.value.type.kind),
        wanted=spelled(wanted, asked.value.type.kind),
        error=abs(ppm(error)),
        allowed=allowed,
        related=[how],
    )
