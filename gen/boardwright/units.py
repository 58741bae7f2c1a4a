# SPDX-License-Identifier: MIT OR Apache-2.0
"""Quantities and whole numbers as text: exact, with their unit, in base units.

Base units: B, s, Hz, Bd, V; a ratio's is 1. Only KiB and MiB for sizes: `2K` and `64k`
mean two things.
"""

from __future__ import annotations

import re
from fractions import Fraction

UNITS: dict[str, dict[str, Fraction]] = {
    "size": {"B": Fraction(1), "KiB": Fraction(1024), "MiB": Fraction(1024**2)},
    "duration": {
        "ns": Fraction(1, 10**9),
        "us": Fraction(1, 10**6),
        "ms": Fraction(1, 1000),
        "s": Fraction(1),
    },
    "frequency": {"Hz": Fraction(1), "kHz": Fraction(1000), "MHz": Fraction(10**6)},
    "baud": {"Bd": Fraction(1), "kBd": Fraction(1000), "MBd": Fraction(10**6)},
    "ratio": {"%": Fraction(1, 100), "ppm": Fraction(1, 10**6)},
    "voltage": {"mV": Fraction(1, 1000), "V": Fraction(1)},
}
"""The units of each kind of quantity, smallest first, with their size in base units."""

ALL_UNITS = {unit: size for units in UNITS.values() for unit, size in units.items()}
INTEGERS = {"u8": (0, 2**8 - 1), "u16": (0, 2**16 - 1), "u32": (0, 2**32 - 1)}
INTEGERS["address"] = INTEGERS["u32"]  # the same, written in hexadecimal
INTEGERS["i32"] = (-(2**31), 2**31 - 1)
"""The smallest and largest value of each whole-number type."""

_QUANTITY = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)\s*([A-Za-z%]*)")
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*|0[xX][0-9a-fA-F]+)")


def split_quantity(text: str) -> tuple[Fraction, str] | None:
    """The number and the unit as written ("" if none); None if it is no quantity."""
    found = _QUANTITY.fullmatch(text.strip())
    return (Fraction(found[1]), found[2]) if found else None


def whole_number(text: str) -> int | None:
    """A decimal or 0x number; None for anything else, also `010` and `1_000`."""
    return int(text, 0) if _WHOLE.fullmatch(text) else None


def with_unit(value: Fraction, kind: str) -> str:
    """A quantity as the user would write it: `115200Bd`, `10ms`, `48KiB`."""
    best, size = next(iter(UNITS[kind].items()))
    for unit, unit_size in UNITS[kind].items():
        if value and (value / unit_size).denominator == 1:
            best, size = unit, unit_size
    return f"{_decimal(value / size)}{best}"


def spelled(value: Fraction, kind: str) -> str:
    """A value of any numeric kind for a message."""
    return with_unit(value, kind) if kind in UNITS else _decimal(value)


def written(value: Fraction | bool | str, kind: str) -> str:
    """A value of any kind as the user would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return f"0x{int(value):08X}" if kind == "address" else spelled(value, kind)


def _decimal(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.6g}"
