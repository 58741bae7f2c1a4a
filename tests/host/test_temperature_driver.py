# SPDX-License-Identifier: MIT OR Apache-2.0
"""The temperature driver, claim by claim."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.host.fakes.capsule import SLOTS, Capsule, Err, capsule_library

if TYPE_CHECKING:
    from tests.host.build import Library
    from tests.host.fakes.callbacks import CData

MEASURE, MEASURED = 1, 0
NOWHERE = 0x80000000


@cache
def library() -> Library:
    return capsule_library("temperature_driver")


class Temperature(Capsule):
    """The driver over a sensor whose readings end by hand."""

    def __init__(self, *slots: int) -> None:
        super().__init__(library(), "temperature_driver", upcalls=1)
        lib, capsule = self.library, self.capsule
        self.state = lib.new("struct temperature_driver_state *")
        self.refusals: list[int] = []
        self.reading: CData | None = None
        self.readings = 0
        capsule.state = self.state
        capsule.temperature.ops = self.callbacks.new(
            "struct temperature_sensor_ops", measure=self._measure
        )
        capsule.temperature_client.measured = lib.address("temperature_driver_measured")
        self.start(*slots)

    def _measure(self, port: CData, reading: CData) -> int:
        assert self.reading is None, "a second reading while one is under way"
        if self.refusals:
            return self.refusals.pop(0)
        self.reading = reading
        self.readings += 1
        return Err.OK

    def ask(self, slot: int) -> int | Err | None:
        return self.command(slot, MEASURE)

    def finish(self, thousandths: int = 0, err: int = Err.OK) -> None:
        reading, self.reading = self.reading, None
        assert reading is not None
        reading.millicelsius = thousandths
        reading.client.measured(reading.client, reading, err)
        self.check()


@pytest.mark.parametrize(
    ("thousandths", "hundredths"),
    [(0, 0), (25_500, 2550), (4, 0), (5, 1), (62, 6), (-4, 0), (-5, -1), (-40_000, -4000)],
)
def test_a_reading_comes_in_hundredths(thousandths: int, hundredths: int) -> None:
    driver = Temperature(0)
    assert driver.ask(0) is None
    assert driver.upcalls(0) == []
    driver.finish(thousandths)
    assert driver.upcalls(0) == [(MEASURED, hundredths % 2**32, 0, 0)]


def test_all_who_wait_share_a_reading_and_each_is_answered_once() -> None:
    driver = Temperature(*range(SLOTS))
    for slot in (0, 5, SLOTS - 1, 5):
        assert driver.ask(slot) is None
    driver.finish(1000)
    assert driver.readings == 1
    for slot in range(SLOTS):
        expected = [(MEASURED, 100, 0, 0)] if slot in (0, 5, SLOTS - 1) else []
        assert driver.upcalls(slot) == expected
    assert driver.ask(5) is None
    driver.finish(2000)
    assert driver.upcalls(5) == [(MEASURED, 200, 0, 0)]
    assert driver.upcalls(0) == []


@pytest.mark.parametrize("err", [Err.FAIL, Err.OFF, 13])
def test_an_error_is_answered_too_and_the_next_reading_works(err: int) -> None:
    driver = Temperature(0)
    driver.ask(0)
    driver.finish(0, err)
    assert driver.upcalls(0) == [(MEASURED, NOWHERE, err, 0)]
    assert driver.ask(0) is None
    driver.finish()
    assert driver.upcalls(0) == [(MEASURED, 0, 0, 0)]


def test_a_refusal_is_the_commands_result_and_wedges_nothing() -> None:
    driver = Temperature(0)
    driver.refusals = [Err.OFF]
    assert driver.ask(0) == Err.OFF
    assert driver.ask(0) is None
    driver.finish()
    assert driver.upcalls(0) == [(MEASURED, 0, 0, 0)]


def test_who_ends_is_not_answered_nor_who_follows_in_its_slot() -> None:
    driver = Temperature(0, 1)
    driver.ask(0)
    driver.end(0)
    driver.start(0)
    driver.enter(0)
    assert driver.ask(1) is None
    driver.finish()
    assert driver.upcalls(0) == []
    assert driver.upcalls(1) == [(MEASURED, 0, 0, 0)]


def test_without_memory_for_a_grant_nothing_begins() -> None:
    driver = Temperature(0)
    driver.process(0).out_of_memory = True
    assert driver.ask(0) == Err.NOMEM
    assert driver.readings == 0


@pytest.mark.parametrize("number", [0, 2, 2**32 - 1])
def test_other_commands_are_not_supported(number: int) -> None:
    assert Temperature(0).command(0, number) == Err.NOSUPPORT
