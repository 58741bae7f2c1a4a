# SPDX-License-Identifier: MIT OR Apache-2.0
"""The thermometer TMP105 over a bus that is driven by hand."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.build import Library, host_library
from tests.host.fakes.callbacks import Callbacks, CData
from tests.host.fakes.fake_i2c import FakeI2c

if TYPE_CHECKING:
    from collections.abc import Callable

OK, FAIL, BUSY, ALREADY, OFF, INVAL, SIZE, CANCEL, NOACK = 0, 1, 2, 3, 4, 6, 7, 8, 13
CANCELLED, TOO_LATE = 0, 1
ADDRESS = 0x48


@cache
def library() -> Library:
    return host_library("tmp105", ["devices/tmp105.c"])


class Tmp105:
    """The device; `done` is what completed, as (op, error, thousandths)."""

    def __init__(self) -> None:
        lib = self.lib = library()
        self.callbacks = Callbacks(lib)
        self.bus = FakeI2c(lib, self.callbacks, ADDRESS)
        self.state = lib.new("struct tmp105_state *")
        self.self = lib.new("struct tmp105 *", {"state": self.state, "i2c": self.bus.device})
        self.self.i2c_client.transferred = lib.address("tmp105_transferred")
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
        err: int = getattr(self.lib, f"tmp105_{name}")(self.port, *arguments)
        self.in_call = outer
        self.callbacks.check()
        return err

    def cancel(self, op: CData) -> tuple[int, int]:
        """Error and outcome."""
        outcome = self.lib.new("enum cancel *", 7)
        return self.call("measure_cancel", op, outcome), outcome[0]


@pytest.mark.parametrize(
    ("register", "thousandths"),
    [
        ("0000", 0),
        ("1980", 25_500),
        ("7fff", 127_996),
        ("7fc0", 127_750),
        ("0010", 62),
        ("ff80", -500),
        ("e700", -25_000),
        ("c900", -55_000),
        ("8000", -128_000),
    ],
)
def test_the_register_is_a_temperature(register: str, thousandths: int) -> None:
    thermometer = Tmp105()
    thermometer.bus.answer = lambda written, size: bytes.fromhex(register)
    op = thermometer.op()
    assert thermometer.call("measure", op) == OK
    thermometer.bus.finish()
    assert thermometer.done == [(op, OK, thousandths)]
    assert thermometer.bus.written == [b"\0"], "the register of the temperature"


@pytest.mark.parametrize(
    ("bus", "said"), [(NOACK, NOACK), (OFF, OFF), (FAIL, FAIL), (INVAL, FAIL), (SIZE, FAIL)]
)
def test_an_error_of_the_bus_is_told_and_no_temperature(bus: int, said: int) -> None:
    thermometer = Tmp105()
    op = thermometer.op()
    assert thermometer.call("measure", op) == OK
    thermometer.bus.finish(bus)
    assert thermometer.done == [(op, said, 0)]
    assert thermometer.call("measure", op) == OK


@pytest.mark.parametrize(("bus", "said"), [(OFF, OFF), (BUSY, FAIL), (FAIL, FAIL)])
def test_what_the_bus_refuses_is_refused(bus: int, said: int) -> None:
    thermometer = Tmp105()
    op = thermometer.op()
    thermometer.bus.refusals = [bus]
    assert thermometer.call("measure", op) == said
    assert op.millicelsius == 99
    assert thermometer.call("measure", op) == OK


def test_one_reading_at_a_time_and_one_that_is_told() -> None:
    thermometer = Tmp105()
    first, nobody = thermometer.op(), thermometer.op()
    nobody.client = thermometer.lib.ffi.NULL
    assert thermometer.call("measure", nobody) == INVAL
    assert thermometer.call("measure", first) == OK
    assert thermometer.call("measure", thermometer.op()) == BUSY
    thermometer.bus.finish()
    assert [each[:2] for each in thermometer.done] == [(first, OK)]


def test_the_next_reading_can_start_in_the_completion() -> None:
    thermometer = Tmp105()
    op = thermometer.op()
    started: list[int] = []
    thermometer.then = lambda: started.append(thermometer.call("measure", op))
    assert thermometer.call("measure", op) == OK
    thermometer.bus.finish()
    assert started == [OK]


@pytest.mark.parametrize("late", [False, True])
def test_a_cancel_is_that_of_the_bus(late: bool) -> None:
    thermometer = Tmp105()
    op = thermometer.op()
    assert thermometer.cancel(op) == (ALREADY, 7)
    assert thermometer.cancel(thermometer.lib.ffi.NULL) == (ALREADY, 7)
    assert thermometer.call("measure", op) == OK
    assert thermometer.cancel(thermometer.op()) == (ALREADY, 7)
    thermometer.bus.too_late = late
    assert thermometer.cancel(op) == (OK, TOO_LATE if late else CANCELLED)
    assert thermometer.cancel(op) == (OK, TOO_LATE)
    thermometer.bus.finish()
    assert [each[1] for each in thermometer.done] == [OK if late else CANCEL]
    assert thermometer.cancel(op) == (ALREADY, 7)
