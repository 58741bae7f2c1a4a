# SPDX-License-Identifier: MIT OR Apache-2.0
"""What descriptors say of rates is what their C makes, and readers see how far off it is."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from tests.generator.planning import KERNEL, RUNTIME, plan_file

from boardwright.diagnostics import Diagnostics
from boardwright.explain.instance import instance_page
from boardwright.explain.page_text import page_text
from boardwright.expressions import Scope, UnknownNameError, evaluate
from boardwright.load.library import Library
from boardwright.load.roots import Files, SearchRoots
from boardwright.rates import error_ppm
from boardwright.span import Source, Span

if TYPE_CHECKING:
    from pathlib import Path

    from boardwright.descriptors import Component
    from boardwright.expressions import Expression

BUSES = """\
schema: 1
board: small
chip: lm3s6965
muxes:
  spi_mux: {kind: mux_spi, spi: ssi0}
devices:
  select: {kind: select_pair, pin: PD0}
  left: {kind: ssd0323, dc: PC7, spi: {to: spi_mux, chip_select: select.low, rate: 4MHz}}
  right: {kind: ssd0323, dc: PC6, spi: {to: spi_mux, chip_select: select.high, rate: 2MHz}}
  inside: {kind: tmp105, i2c: i2c0}
capsules:
  screen: {kind: screen_driver, screen: left}
  other: {kind: screen_driver, screen: right, driver: 0x80001}
  warmth: {kind: temperature_driver, temperature: inside}
"""


def component(name: str) -> Component:
    nowhere = Span(Source("", RUNTIME, ""), 1, 1, 1, 1)
    found = Library(Files(SearchRoots(RUNTIME), RUNTIME), Diagnostics()).component(
        name, nowhere
    )
    assert found is not None
    return found


def value_of(expression: Expression, names: dict[str, Fraction]) -> Fraction:
    def size(_function: str, name: str) -> Fraction:
        raise UnknownNameError(name)

    return evaluate(expression.tree, Scope(lambda name: names[name], size))


PL022 = component("pl022").provides["spi"].edge["rate"].achieved
I2C = component("lm3s_i2c")


def pl022_rate(input_hz: int, rate_hz: int) -> Fraction | None:
    """The arithmetic of `device_apply` in pl022.c; None where it refuses."""
    divisor = (input_hz - 1) // rate_hz + 1
    prescale = 2 * ((divisor - 1) // 512 + 1)
    if prescale > 254:
        return None
    return Fraction(input_hz, prescale * ((divisor - 1) // prescale + 1))


@given(st.integers(10**6, 10**8), st.integers(1, 5 * 10**7))
def test_an_spi_rate_is_what_the_driver_sets_or_too_fast_where_it_refuses(
    input_hz: int, rate_hz: int
) -> None:
    assert PL022 is not None
    rate_hz = min(rate_hz, input_hz // 2)
    said = value_of(PL022, {"input": Fraction(input_hz), "rate": Fraction(rate_hz)})
    done = pl022_rate(input_hz, rate_hz)
    assert (said == done and said <= rate_hz) if done else said > rate_hz


@given(st.integers(125 * 10**5, 5 * 10**7), st.integers(5000, 400000))
def test_an_i2c_rate_is_the_periods(input_hz: int, rate_hz: int) -> None:
    rate = I2C.params["rate"].achieved
    assert rate is not None
    period = ceil(Fraction(input_hz, 20 * rate_hz)) - 1
    said = value_of(rate, {"input": Fraction(input_hz), "period": Fraction(period)})
    assert said == Fraction(input_hz, 20 * (period + 1)) <= rate_hz


def test_the_board_page_has_each_clients_rate_with_its_error(tmp_path: Path) -> None:
    file = tmp_path / "boards" / "small" / "board.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(BUSES + KERNEL, encoding="utf-8")
    found = plan_file(file)
    rows = {(row.instance, row.name): row for row in found.plan.settings}
    shown = {key: (rows[key].value, rows[key].achieved, rows[key].error_ppm) for key in rows}
    assert shown["left.spi", "rate"] == ("4MHz", "3125kHz", -218750)
    assert shown["right.spi", "rate"] == ("2MHz", "1562500Hz", -218750)
    assert shown["i2c0", "rate"] == ("100kHz", "89285.7Hz", -107143)
    assert shown["inside.i2c", "address"] == ("0x48", "", None)
    assert ("left.dc", "active") not in shown
    page = page_text(instance_page(found, "left"))
    assert "achieved 3125kHz, -218750 ppm of 400000 allowed" in page


def test_the_error_of_nothing_and_of_a_word_is_none() -> None:
    assert error_ppm(Fraction(0), Fraction(1)) is None
    assert error_ppm("fast", Fraction(1)) is None
    assert error_ppm(Fraction(10), Fraction(9)) == -100000
