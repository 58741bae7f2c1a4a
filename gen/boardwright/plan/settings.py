# SPDX-License-Identifier: MIT OR Apache-2.0
"""Every setting of the image, for readers: what was asked for and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardwright.plan.ir import SettingRow
from boardwright.rates import error_ppm
from boardwright.units import INTEGERS, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from boardwright.model import Value
    from boardwright.plan.wiring import Wiring


def setting_rows(image: Wiring) -> Iterator[SettingRow]:
    """A row for each parameter that has a value, in the order of board.c.

    Those of an instance's edges stand behind its own, but for defaults of edges that are no
    objects.
    """
    for instance in image.instances:
        for name in instance.component.params:
            value = instance.values.get(name)
            if value is None:
                continue
            yield _row(instance.id, value, instance.achieved.get(name))
        for edge in image.requires(instance.id):
            is_object = image.board.edge_struct(edge) is not None
            for name, value in edge.values.items():
                rate = edge.rates.get(name)
                achieved = None if rate is None else rate.achieved
                if is_object or value.given:
                    yield _row(f"{instance.id}.{edge.label}", value, achieved)


def _row(owner: str, value: Value, achieved: Fraction | None) -> SettingRow:
    kind = value.type.kind
    return SettingRow(
        instance=owner,
        name=value.name,
        value=value.history[0].text if kind in INTEGERS else written(value.value, kind),
        achieved="" if achieved is None else written(achieved, kind),
        error_ppm=None if achieved is None else error_ppm(value.value, achieved),
        given=value.given,
        place=value.span.place,
    )
