# SPDX-License-Identifier: MIT OR Apache-2.0
"""Quantities are exact, carry their unit, and print as a user would write them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardwright.units import UNITS, spelled, split_quantity, whole_number, with_unit


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("115200Bd", 115200, "Bd"),
        ("115200 Bd", 115200, "Bd"),
        ("12.5MHz", Fraction(25, 2), "MHz"),
        ("2%", 2, "%"),
        ("-3mV", -3, "mV"),
        ("64", 64, ""),
    ],
)
def test_a_quantity_is_a_number_and_its_unit(
    text: str, number: Fraction | int, unit: str
) -> None:
    assert split_quantity(text) == (Fraction(number), unit)


@pytest.mark.parametrize("text", ["", "ten ms", "1e3Hz", "1.Hz", ".5Hz", "1,5ms", "0x10B"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    assert split_quantity(text) is None


@pytest.mark.parametrize(
    ("text", "value"), [("0", 0), ("42", 42), ("-7", -7), ("0x1F", 31), ("0XfF", 255)]
)
def test_whole_numbers_are_decimal_or_hexadecimal(text: str, value: int) -> None:
    assert whole_number(text) == value


@pytest.mark.parametrize("text", ["010", "1_000", "1.0", "0b1", "0o7", "", " 1", "22:22", "1 "])
def test_numbers_that_readers_disagree_on_are_refused(text: str) -> None:
    assert whole_number(text) is None


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (Fraction(49152), "size", "48KiB"),
        (Fraction(100), "size", "100B"),
        (Fraction(1, 100), "duration", "10ms"),
        (Fraction(115200), "baud", "115200Bd"),
        (Fraction(0), "size", "0B"),
        (Fraction(7), "", "7"),
    ],
)
def test_values_are_spelled_in_the_largest_whole_unit(
    value: Fraction, kind: str, text: str
) -> None:
    assert spelled(value, kind) == text


@given(st.sampled_from(sorted(UNITS)), st.integers(0, 10**9), st.data())
def test_what_is_spelled_reads_back_as_the_same_value(
    kind: str, number: int, data: st.DataObject
) -> None:
    unit = data.draw(st.sampled_from(sorted(UNITS[kind])))
    value = number * UNITS[kind][unit]
    parts = split_quantity(with_unit(value, kind))
    assert parts is not None
    assert parts[0] * UNITS[kind][parts[1]] == value
