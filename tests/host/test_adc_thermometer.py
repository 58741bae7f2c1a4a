# SPDX-License-Identifier: MIT OR Apache-2.0
"""The thermometer at an input of a converter that is driven by hand."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.build import Library, host_library
from tests.host.fakes.callbacks import Callbacks, CData
from tests.host.fakes.fake_adc import FakeAdc

if TYPE_CHECKING:
    from collections.abc import Callable

OK, FAIL, BUSY, ALREADY, OFF, INVAL, CANCEL = 0, 1, 2, 3, 4, 6, 8
CANCELLED, TOO_LATE = 0, 1
AT_ZERO, SPAN = -50_000, 330_000  # a TMP36 at 3.3 V


@cache
def library() -> Library:
    return host_library("adc_thermometer", ["devices/adc_thermometer.c"])


class AdcThermometer:
    """The device; `done` is what completed, as (op, error, thousandths)."""

    def __init__(self, at_zero: int = AT_ZERO, span: int = SPAN) -> None:
        lib = self.lib = library()
        self.callbacks = Callbacks(lib)
        self.bus = FakeAdc(lib, self.callbacks)
        self.edge = lib.new("struct adc_input *")
        self.bus.fill(self.edge, 2)
        self.state = lib.new("struct adc_thermometer_state *")
        self.self = lib.new("struct adc_thermometer *", {"state": self.state})
        self.self.adc, self.self.at_zero, self.self.span = self.edge, at_zero, span
        self.self.adc_client.sampled = lib.address("adc_thermometer_sampled")
        self.port = lib.new("struct temperature_sensor *", {"owner": self.self})
        self.client = self.callbacks.new(
            "struct temperature_sensor_client", measured=self._measured
        )
        self.in_call = False
        self.done: list[tuple[CData, int, int]] = []
        self.then: Callable[[], object] = lambda: None

    def _measured(self, client: CData, op: CData, err: int) -> None:
        assert not self.in_call, "a completion inside a call"
        self.done.append((op, err, op.millicelsius))
        self.then()

    def op(self) -> CData:
        return self.lib.new(
            "struct temperature_reading *", {"client": self.client, "millicelsius": 99}
        )

    def call(self, name: str, *arguments: object) -> int:
        outer, self.in_call = self.in_call, True
        err: int = getattr(self.lib, f"adc_thermometer_{name}")(self.port, *arguments)
        self.in_call = outer
        self.callbacks.check()
        return err

    def cancel(self, op: CData) -> tuple[int, int]:
        """Error and outcome."""
        outcome = self.lib.new("enum cancel *", 7)
        return self.call("measure_cancel", op, outcome), outcome[0]


@pytest.mark.parametrize(
    ("at_zero", "span", "value", "thousandths"),
    [
        (AT_ZERO, SPAN, 0, -50_000),
        (AT_ZERO, SPAN, 0x8000, 115_000),
        (AT_ZERO, SPAN, 0xFFC0, 279_677),
        (147_500, -225_220, 0, 147_500),
        (147_500, -225_220, 0x8000, 34_890),
        (147_500, -225_220, 0xFFC0, -77_500),
        (0, 2**31 - 1, 0xFFFF, 2_147_450_879),
    ],
)
def test_a_voltage_is_a_temperature(
    at_zero: int, span: int, value: int, thousandths: int
) -> None:
    thermometer = AdcThermometer(at_zero, span)
    op = thermometer.op()
    assert thermometer.call("measure", op) == OK
    thermometer.bus.finish(value=value)
    assert thermometer.done == [(op, OK, thousandths)]


@pytest.mark.parametrize(("adc", "said"), [(OFF, OFF), (FAIL, FAIL), (INVAL, FAIL)])
def test_an_error_of_the_converter_is_told_and_no_temperature(adc: int, said: int) -> None:
    thermometer = AdcThermometer()
    op = thermometer.op()
    assert thermometer.call("measure", op) == OK
    thermometer.bus.finish(adc)
    assert thermometer.done == [(op, said, 0)]
    assert thermometer.call("measure", op) == OK


@pytest.mark.parametrize(("adc", "said"), [(OFF, OFF), (BUSY, FAIL), (INVAL, FAIL)])
def test_what_the_converter_refuses_is_refused(adc: int, said: int) -> None:
    thermometer = AdcThermometer()
    op = thermometer.op()
    thermometer.bus.refusals = [adc]
    assert thermometer.call("measure", op) == said
    assert op.millicelsius == 99
    assert thermometer.call("measure", op) == OK


def test_one_reading_at_a_time_and_one_that_is_told() -> None:
    thermometer = AdcThermometer()
    first, nobody = thermometer.op(), thermometer.op()
    nobody.client = thermometer.lib.ffi.NULL
    assert thermometer.call("measure", nobody) == INVAL
    assert thermometer.call("measure", first) == OK
    assert thermometer.call("measure", thermometer.op()) == BUSY
    thermometer.bus.finish()
    assert [each[:2] for each in thermometer.done] == [(first, OK)]


@pytest.mark.parametrize("late", [False, True])
def test_a_cancel_is_that_of_the_converter(late: bool) -> None:
    thermometer = AdcThermometer()
    op = thermometer.op()
    assert thermometer.cancel(op) == (ALREADY, 7)
    assert thermometer.cancel(thermometer.lib.ffi.NULL) == (ALREADY, 7)
    assert thermometer.call("measure", op) == OK
    thermometer.bus.too_late = late
    assert thermometer.cancel(op) == (OK, TOO_LATE if late else CANCELLED)
    thermometer.bus.finish()
    assert [each[1] for each in thermometer.done] == [OK if late else CANCEL]
    assert thermometer.cancel(op) == (ALREADY, 7)
