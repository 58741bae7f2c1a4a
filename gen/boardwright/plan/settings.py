# SPDX-License-Identifier: MIT OR Apache-2.0
"""Every setting of the image, for readers: what was asked for and what becomes of it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from boardwright.plan.ir import SettingRow
from boardwright.units import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from boardwright.model import Instance


def setting_rows(instances: Iterable[Instance]) -> Iterator[SettingRow]:
    """A row for each parameter that has a value, in the order of board.c."""
    for instance in instances:
        for name in instance.component.params:
            value = instance.values.get(name)
            if value is None:
                continue
            kind, achieved = value.type.kind, instance.achieved.get(name)
            yield SettingRow(
                instance=instance.id,
                name=name,
                value=written(value.value, kind),
                achieved="" if achieved is None else written(achieved, kind),
                error_ppm=None if achieved is None else error_ppm(value.value, achieved),
                given=value.given,
                place=value.span.place,
            )


def error_ppm(wanted: Fraction | bool | str, achieved: Fraction) -> int | None:
    """How far `achieved` is from `wanted`, in parts per million; None of 0 and of text."""
    if not isinstance(wanted, Fraction) or not wanted:
        return None
    return round((achieved - wanted) / wanted * 10**6)
